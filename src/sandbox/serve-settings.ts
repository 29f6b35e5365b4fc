import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { z } from 'zod';

interface Setting<T> {
  readonly flag: string;
  readonly shape: z.ZodType<T, string>;
  readonly meaning: string;
  readonly usual: string;
}

const whole = (least: number, most = Number.MAX_SAFE_INTEGER) =>
  z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .refine((n) => n >= least && n <= most, `must be between ${least} and ${most}`);
const amount = z
  .string()
  .regex(/^\d+(\.\d+)?$/, 'must be a number, not below 0')
  .transform(Number);
const share = amount.refine((n) => n <= 1, 'must be a share between 0 and 1');
const address = z.url({ protocol: /^https?$/, error: 'must be an address that begins with http:// or https://' });
const switchable = z.enum(['on', 'off'], 'must be on or off').transform((word) => word === 'on');

const setting = <T>(flag: string, shape: z.ZodType<T, string>, meaning: string, usual = ''): Setting<T> => ({
  flag,
  shape,
  meaning,
  usual,
});

/** `SANDBOX_<NAME>` in the environment, `--<flag>` on the command line; the flag wins. */
const SETTINGS = {
  SANDBOX_HOST: setting('host', z.string(), 'address to listen at; 0.0.0.0 for all', '127.0.0.1'),
  SANDBOX_PORT: setting('port', whole(0, 65_535), 'port; 0 for any', '3900'),
  SANDBOX_PUBLIC_URL: setting('public-url', address, 'how others reach it, if not at host and port'),
  SANDBOX_CORP_ID: setting('corp-id', z.string(), 'corp id', 'ww5a9d0b0c00qunjie'),
  SANDBOX_AGENT_ID: setting('agent-id', whole(1), 'agent id of the app', '1000002'),
  SANDBOX_SECRET: setting('secret', z.string(), 'secret of the app', 'made up'),
  SANDBOX_CALLBACK_TOKEN: setting(
    'callback-token',
    z.string().regex(/^[A-Za-z0-9]{1,32}$/, 'must be 1 to 32 letters and digits'),
    'Token of the callback',
    'made up',
  ),
  SANDBOX_CALLBACK_AES_KEY: setting(
    'callback-aes-key',
    z.string().regex(/^[A-Za-z0-9]{43}$/, 'must be 43 letters and digits'),
    'EncodingAESKey of the callback',
    'made up',
  ),
  SANDBOX_CALLBACK_URL: setting('callback-url', address, 'where callbacks go; can be set later on the page'),
  SANDBOX_TRUSTED_DOMAIN: setting(
    'trusted-domain',
    z.string().regex(/^[^\s/:@]+(:\d+)?$/, 'must be host or host:port, without http://'),
    'host[:port] of your pages that customers sign in to',
  ),
  SANDBOX_MEMBER_PAGE: setting('member-page', address, 'your page for customers, where it signs them in anew'),
  SANDBOX_SHOP_URL: setting('shop-url', address, 'where the shop posts orders (<url>/api/v1/facts)'),
  SANDBOX_SHOP_TOKEN: setting('shop-token', z.string(), 'bearer token for them'),
  SANDBOX_SEED: setting('seed', whole(0), 'the same seed makes the same people', '20261121'),
  SANDBOX_PEOPLE: setting('people', whole(0, 5_000), 'how many customers; 0 for a quiet corp', '300'),
  SANDBOX_MONTHS: setting('months', whole(1, 120), 'over how many months they arrive', '12'),
  SANDBOX_PAST_DAYS: setting('past-days', whole(0, 366), 'days simulated before it opens', '30'),
  SANDBOX_PACE: setting('pace', amount, 'simulated seconds in a second of ours; 1 is real time, 0 stands still', '300'),
  SANDBOX_CHAT: setting('chat', switchable, 'an account that is a member of all groups (/chat/*): on or off', 'on'),
  SANDBOX_DUPLICATE: setting('duplicate', share, 'share of callbacks sent twice', '0'),
  SANDBOX_REORDER: setting('reorder', share, 'share sent after later ones', '0'),
  SANDBOX_LOSE: setting('lose', share, 'share never sent', '0'),
  SANDBOX_BARE: setting('bare', share, 'share of member changes sent without the list of members', '0'),
  SANDBOX_PER_MINUTE: setting('per-minute', whole(1), 'calls of one endpoint a minute', '10000'),
  SANDBOX_PER_HOUR: setting('per-hour', whole(1), 'calls of one endpoint an hour', '150000'),
  SANDBOX_PARALLEL: setting('parallel', whole(1), 'calls of one endpoint at one time', '400'),
  SANDBOX_LATENCY_MS: setting('latency-ms', whole(0, 60_000), 'real ms each call takes', '0'),
  SANDBOX_ANSWER_MS: setting('answer-ms', whole(1, 60_000), 'real ms a callback may take to answer', '5000'),
  SANDBOX_WELCOME_HOLD_MS: setting(
    'welcome-hold-ms',
    whole(0, 20_000),
    'real ms for which time stands still while a welcome code waits',
    '2000',
  ),
} as const;

type SettingName = keyof typeof SETTINGS;
export type Settings = { readonly [Name in SettingName]?: z.output<(typeof SETTINGS)[Name]['shape']> };

type ReadSettings =
  { readonly help: true } | { readonly help: false; readonly problems: readonly string[]; readonly settings: Settings };

const names = Object.keys(SETTINGS) as SettingName[];

/** What was given, checked; what was not is absent. */
export function readSettings(
  environment: Readonly<Record<string, string | undefined>>,
  args: readonly string[],
): ReadSettings {
  const flags = flagsIn(args);
  if ('problem' in flags) return { help: false, problems: [flags.problem], settings: {} };
  if (flags.given['help'] === true) return { help: true };
  const problems: string[] = [];
  const settings: Record<string, unknown> = {};
  for (const name of names) {
    const { flag, shape } = SETTINGS[name];
    const text = (typeof flags.given[flag] === 'string' ? flags.given[flag] : environment[name])?.trim();
    if (text === undefined || text === '') continue;
    const read = shape.safeParse(text);
    if (read.success) settings[name] = read.data;
    else problems.push(`${name}: ${read.error.issues.map((issue) => issue.message).join('; ')}`);
  }
  for (const name of Object.keys(environment))
    if (name.startsWith('SANDBOX_') && !(name in SETTINGS)) problems.push(`${name}: is not known; see --help`);
  if ('SANDBOX_SHOP_URL' in settings !== 'SANDBOX_SHOP_TOKEN' in settings)
    problems.push('SANDBOX_SHOP_URL, SANDBOX_SHOP_TOKEN: are set together or not at all');
  return { help: false, problems, settings };
}

export function help(): string {
  const rows = names.map((name) => {
    const { flag, meaning, usual } = SETTINGS[name];
    return `  --${flag.padEnd(18)} ${name.padEnd(26)} ${meaning}${usual === '' ? '' : ` [${usual}]`}`;
  });
  return ['npm run sandbox [-- --flag value …]', '', ...rows].join('\n');
}

/** Letters and digits, as the platform makes them. */
export const madeUp = (length: number): string =>
  randomBytes(length * 2)
    .toString('base64')
    .replace(/[^A-Za-z0-9]/g, '')
    .slice(0, length)
    .padEnd(length, 'x');

function flagsIn(
  args: readonly string[],
): { readonly given: Record<string, string | boolean | undefined> } | { readonly problem: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean' },
        ...Object.fromEntries(names.map((name) => [SETTINGS[name].flag, { type: 'string' as const }])),
      },
    });
    return { given: values as Record<string, string | boolean | undefined> };
  } catch (problem) {
    return { problem: problem instanceof Error ? problem.message : String(problem) };
  }
}
