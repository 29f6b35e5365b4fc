// npm start: installs and builds what is missing or stale, then runs the service. Without WeCom credentials that is the
// service together with the built-in sandbox corp; with them the service alone.
import { join } from 'node:path';
import { checkNode, ensureBuilt, ensureInstalled, root } from './prepare.mjs';
import { runProgram } from './program.mjs';

const credentials = [
  'WECOM_CORP_ID',
  'WECOM_AGENT_ID',
  'WECOM_SECRET',
  'WECOM_CALLBACK_TOKEN',
  'WECOM_CALLBACK_AES_KEY',
];

checkNode();
await ensureInstalled();
await ensureBuilt();

// Some of them set is a live start, too: the service then says which are missing.
const isLive = credentials.some((name) => process.env[name]?.trim());
// The demo's database has one writer and a reader beside it: handed round among more threads, short statements cost more.
if (isLive) runProgram(join(root, 'dist/main.js'));
else runProgram(join(root, 'dist/demo/demo.js'), { UV_THREADPOOL_SIZE: '2' });
