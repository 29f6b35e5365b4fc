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

// If only some are set, it is a live start, too: the service then reports which are missing.
const isLive = credentials.some((name) => process.env[name]?.trim());
// The demo uses one writer and one reader: with more threads, switching between them makes short statements slower.
if (isLive) runProgram(join(root, 'dist/main.js'));
else runProgram(join(root, 'dist/demo/demo.js'), { UV_THREADPOOL_SIZE: '2' });
