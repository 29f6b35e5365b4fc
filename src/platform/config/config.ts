import { isIP } from 'node:net';
import { z } from 'zod';
import { passwordProblem } from './password-rules.js';
import { chineseFirst, isRefusal, wordsOf, type RefusalWords } from './refusal.js';

export interface Config {
  /** Live with a real corp's credentials; without any, against the built-in sandbox corp. */
  readonly mode: 'live' | 'sandbox';
  readonly host: string;
  readonly port: number;
  /** `sqlite:<path>` or `postgres://…`. */
  readonly databaseUrl: string;
  readonly redisUrl?: string;
  /** The corp's day begins at midnight here. */
  readonly timeZone: string;
  readonly wecomApiBase: string;
  /** Where WeChat signs members in for their page. */
  readonly wecomOauthBase: string;
  /** A callback whose timestamp differs from now by more than this is refused. */
  readonly wecomCallbackMaxAgeHours: number;
  /** The callback URL as WeCom calls it; only the doctor uses it. */
  readonly wecomCallbackUrl?: string;
  /** Present exactly when `mode` is live. */
  readonly wecom?: WecomCredentials;
  /** The customer-service accounts that the product answers (`open_kfid`). */
  readonly wecomKfIds?: readonly string[];
  /** Present when a Wechaty puppet is named; without one only the official API is used. */
  readonly chat?: ChatAccount;
  /** Present when text messages can be sent. */
  readonly sms?: SmsAccount;
  readonly adminPassword?: string;
  readonly apiToken?: string;
  /** Number of proxies in front, or their addresses and networks: their X-Forwarded-… headers are trusted. */
  readonly trustProxy?: number | readonly string[];
  /** The origin under which the product is reached from outside, without a path. */
  readonly publicUrl?: string;
  readonly configDir: string;
  readonly templatesDir: string;
  readonly logLevel: LogLevel;
}

export interface WecomCredentials {
  readonly corpId: string;
  readonly agentId: number;
  readonly secret: string;
  readonly callbackToken: string;
  readonly callbackAesKey: string;
}

/** An application of Tencent Cloud SMS. */
export interface SmsAccount {
  readonly secretId: string;
  readonly secretKey: string;
  readonly appId: string;
  readonly signName: string;
  readonly region: string;
  readonly apiBase: string;
}

/** Wechaty reads its other WECHATY_… settings by itself. */
export interface ChatAccount {
  readonly puppet: string;
  readonly puppetServiceToken?: string;
}

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** `message` is in both languages. */
export interface ConfigProblem extends RefusalWords {
  readonly setting: string;
}

export type ReadConfig =
  { readonly ok: true; readonly config: Config } | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

const wecomNames = [
  'WECOM_CORP_ID',
  'WECOM_AGENT_ID',
  'WECOM_SECRET',
  'WECOM_CALLBACK_TOKEN',
  'WECOM_CALLBACK_AES_KEY',
] as const;

const smsNames = ['SMS_SECRET_ID', 'SMS_SECRET_KEY', 'SMS_APP_ID', 'SMS_SIGN_NAME'] as const;

/** Every setting of the environment; docs/configuration.md has the same list. */
export const environment = z.object({
  PORT: z
    .string()
    .refine(
      (text) => /^\d{1,5}$/.test(text) && Number(text) <= 65_535,
      chineseFirst('要写端口，0 到 65535', 'must be a port, 0 to 65535'),
    )
    .default('3000')
    .transform(Number),
  HOST: z.string().default('127.0.0.1'),
  DATABASE_URL: z
    .string()
    .refine(
      isDatabaseUrl,
      chineseFirst(
        '要写 sqlite:<文件路径> 或 postgres://用户:密码@主机:端口/数据库',
        'must be sqlite:<path of a file> or postgres://user:password@host:port/database',
      ),
    )
    .default('sqlite:data/qunjie.sqlite'),
  REDIS_URL: z
    .string()
    .refine(
      (text) => isUrl(text, ['redis:', 'rediss:']),
      chineseFirst('要写 redis://主机:端口', 'must be redis://host:port'),
    )
    .optional(),
  TIME_ZONE: z
    .string()
    .refine(
      isTimeZone,
      chineseFirst(
        '这台机器不认识这个时区；要写像 Asia/Shanghai 这样的',
        'is no time zone that this machine knows; write one like Asia/Shanghai',
      ),
    )
    .default('Asia/Shanghai'),
  WECOM_CORP_ID: z
    .string()
    .regex(
      /^\w{3,64}$/,
      chineseFirst(
        '要写「我的企业」里的企业 ID，像 wx5823bf96d3bd56c7',
        'must be the corp id from 我的企业, like wx5823bf96d3bd56c7',
      ),
    )
    .optional(),
  WECOM_AGENT_ID: z
    .string()
    .regex(
      /^[1-9]\d{0,9}$/,
      chineseFirst(
        '要写自建应用的编号（AgentId），像 1000002',
        'must be the number of the self-built app (AgentId), like 1000002',
      ),
    )
    .transform(Number)
    .optional(),
  WECOM_SECRET: z.string().regex(/^\S+$/, chineseFirst('不能有空格', 'must not hold spaces')).optional(),
  WECOM_CALLBACK_TOKEN: z
    .string()
    .regex(/^[A-Za-z0-9]{1,32}$/, chineseFirst('要写 1 到 32 个字母和数字', 'must be 1 to 32 letters and digits'))
    .optional(),
  WECOM_CALLBACK_AES_KEY: z
    .string()
    .regex(
      /^[A-Za-z0-9]{43}$/,
      chineseFirst(
        '要写正好 43 个字母和数字（EncodingAESKey），末尾没有「=」',
        'must be exactly 43 letters and digits (EncodingAESKey), without a "=" at the end',
      ),
    )
    .optional(),
  WECOM_API_BASE: z
    .string()
    .refine((text) => isUrl(text, ['https:', 'http:']), chineseFirst('要写 http(s) 地址', 'must be a http(s) address'))
    .default('https://qyapi.weixin.qq.com')
    .transform((text) => text.replace(/\/+$/, '')),
  WECOM_OAUTH_BASE: z
    .string()
    .refine((text) => isUrl(text, ['https:', 'http:']), chineseFirst('要写 http(s) 地址', 'must be a http(s) address'))
    .default('https://open.weixin.qq.com')
    .transform((text) => text.replace(/\/+$/, '')),
  WECOM_CALLBACK_MAX_AGE_HOURS: z
    .string()
    .refine(
      (text) => /^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= 720,
      chineseFirst('要写小时数，1 到 720', 'must be hours, 1 to 720'),
    )
    .default('24')
    .transform(Number),
  WECOM_CALLBACK_URL: z
    .string()
    .refine(
      (text) => isUrl(text, ['https:', 'http:']),
      chineseFirst(
        '要写企业微信回调的地址，像 https://bot.example.com/wecom/callback',
        'must be the address WeCom calls, like https://bot.example.com/wecom/callback',
      ),
    )
    .optional(),
  WECOM_KF_IDS: z
    .string()
    .transform((text) => [...new Set(text.split(',').map((id) => id.trim()))].filter((id) => id !== ''))
    .refine(
      (ids) => ids.every((id) => /^[\w-]{1,64}$/.test(id)),
      chineseFirst(
        '要写客服账号的 ID（open_kfid），像 wkZk3p9QBAAA，用逗号分开',
        'must be ids of customer-service accounts (open_kfid), like wkZk3p9QBAAA, separated by commas',
      ),
    )
    .optional(),
  SMS_SECRET_ID: z
    .string()
    .regex(
      /^\w{8,128}$/,
      chineseFirst('要写腾讯云的 SecretId，像 AKID…', 'must be the SecretId of Tencent Cloud, like AKID…'),
    )
    .optional(),
  SMS_SECRET_KEY: z
    .string()
    .regex(
      /^\S{8,128}$/,
      chineseFirst('要写腾讯云的 SecretKey，不能有空格', 'must be the SecretKey of Tencent Cloud, without spaces'),
    )
    .optional(),
  SMS_APP_ID: z
    .string()
    .regex(
      /^\d{6,12}$/,
      chineseFirst(
        '要写短信应用的 SdkAppId，像 1400006666',
        'must be the SdkAppId of the SMS application, like 1400006666',
      ),
    )
    .optional(),
  SMS_SIGN_NAME: z
    .string()
    .trim()
    .min(2, chineseFirst('要写审核通过的签名，不带括号', 'must be the approved signature, without brackets'))
    .max(20, chineseFirst('要写审核通过的签名，最多 20 个字', 'must be the approved signature, at most 20 characters'))
    .regex(
      /^[^【】]*$/,
      chineseFirst('要写审核通过的签名，不带括号', 'must be the approved signature, without brackets'),
    )
    .optional(),
  SMS_REGION: z
    .string()
    .regex(/^[a-z]{2,4}(-[a-z0-9]+)+$/, chineseFirst('要写地域，像 ap-guangzhou', 'must be a region like ap-guangzhou'))
    .default('ap-guangzhou'),
  SMS_API_BASE: z
    .string()
    .refine((text) => isUrl(text, ['https:', 'http:']), chineseFirst('要写 http(s) 地址', 'must be a http(s) address'))
    .default('https://sms.tencentcloudapi.com')
    .transform((text) => text.replace(/\/+$/, '')),
  WECHATY_PUPPET: z.string().optional(),
  WECHATY_PUPPET_SERVICE_TOKEN: z.string().optional(),
  ADMIN_PASSWORD: z
    .string()
    .superRefine((password, context) => {
      const problem = passwordProblem(password);
      if (problem) context.addIssue({ code: 'custom', message: problem });
    })
    .optional(),
  API_TOKEN: z
    .string()
    .regex(/^\S{16,}$/, chineseFirst('至少 16 个字符，不能有空格', 'must have at least 16 characters and no spaces'))
    .optional(),
  TRUST_PROXY: z
    .string()
    .transform((text) => text.split(',').map((each) => each.trim()))
    .refine(
      (proxies) => isProxyCount(proxies) || proxies.every(isNetwork),
      chineseFirst(
        '要写前面有几层代理（1 到 9），或代理的地址，像 10.0.0.5,10.1.0.0/16',
        'must be the number of proxies in front (1 to 9), or their addresses, like 10.0.0.5,10.1.0.0/16',
      ),
    )
    .transform((proxies) => (isProxyCount(proxies) ? Number(proxies[0]) : proxies))
    .optional(),
  PUBLIC_URL: z
    .string()
    .refine(
      (text) => isUrl(text, ['https:', 'http:']) && /^\w+:\/\/[^/?#@]+\/*$/.test(text),
      chineseFirst(
        '要写从外面访问的地址，不带路径，像 https://bot.example.com',
        'must be the address the product is reached under, without a path, like https://bot.example.com',
      ),
    )
    .transform((text) => new URL(text).origin)
    .optional(),
  CONFIG_DIR: z.string().default('config'),
  TEMPLATES_DIR: z.string().default('templates'),
  LOG_LEVEL: z
    .enum(logLevels, chineseFirst(`要写其中之一：${logLevels.join('、')}`, `must be one of ${logLevels.join(', ')}`))
    .default('info'),
});

/** Reads all settings and returns all problems in one list. A problem never contains a value: it may be a secret. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): ReadConfig {
  // A compose file passes an unset setting as an empty one.
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
  const parsed = environment.safeParse(given);
  const problems: ConfigProblem[] = [...(parsed.error?.issues ?? []).map(problemOf), ...missingTogether(given)];
  if (!parsed.success || problems.length > 0) return { ok: false, problems };
  return { ok: true, config: configOf(parsed.data) };
}

/** A check without words of its own says only that the type is wrong, in English. */
function problemOf({ path, message }: z.core.$ZodIssue): ConfigProblem {
  const words = isRefusal(message) ? wordsOf(message) : { message, messageZh: message, messageEn: message };
  return { setting: path.join('.'), ...words };
}

/** Incomplete credentials are a mistake: the product must not start the sandbox instead. */
function missingTogether(given: Readonly<Record<string, unknown>>): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  for (const names of [wecomNames, smsNames]) {
    const present = names.filter((name) => name in given);
    if (present.length === 0) continue;
    for (const name of names.filter((each) => !(each in given))) {
      problems.push({
        setting: name,
        ...wordsOf(
          chineseFirst(
            `没有写，但写了 ${present.join('、')}`,
            `is missing, while ${present.join(', ')} ${present.length > 1 ? 'are' : 'is'} set`,
          ),
        ),
      });
    }
  }
  if ('WECOM_KF_IDS' in given && !('WECOM_CORP_ID' in given))
    problems.push({
      setting: 'WECOM_CORP_ID',
      ...wordsOf(chineseFirst('没有写，但写了 WECOM_KF_IDS', 'is missing, while WECOM_KF_IDS is set')),
    });
  if (given['WECHATY_PUPPET'] === 'wechaty-puppet-service' && !('WECHATY_PUPPET_SERVICE_TOKEN' in given)) {
    problems.push({
      setting: 'WECHATY_PUPPET_SERVICE_TOKEN',
      ...wordsOf(
        chineseFirst(
          '没有写，但 WECHATY_PUPPET 是 wechaty-puppet-service',
          'is missing, while WECHATY_PUPPET is wechaty-puppet-service',
        ),
      ),
    });
  }
  return problems;
}

function configOf(env: z.output<typeof environment>): Config {
  const wecom = wecomOf(env);
  return {
    mode: wecom ? 'live' : 'sandbox',
    host: env.HOST,
    port: env.PORT,
    databaseUrl: env.DATABASE_URL,
    redisUrl: env.REDIS_URL,
    timeZone: env.TIME_ZONE,
    wecomApiBase: env.WECOM_API_BASE,
    wecomOauthBase: env.WECOM_OAUTH_BASE,
    wecomCallbackMaxAgeHours: env.WECOM_CALLBACK_MAX_AGE_HOURS,
    wecomCallbackUrl: env.WECOM_CALLBACK_URL,
    wecom,
    wecomKfIds: env.WECOM_KF_IDS,
    chat: env.WECHATY_PUPPET
      ? { puppet: env.WECHATY_PUPPET, puppetServiceToken: env.WECHATY_PUPPET_SERVICE_TOKEN }
      : undefined,
    sms: smsOf(env),
    adminPassword: env.ADMIN_PASSWORD,
    apiToken: env.API_TOKEN,
    trustProxy: env.TRUST_PROXY,
    publicUrl: env.PUBLIC_URL,
    configDir: env.CONFIG_DIR,
    templatesDir: env.TEMPLATES_DIR,
    logLevel: env.LOG_LEVEL,
  };
}

function smsOf(env: z.output<typeof environment>): SmsAccount | undefined {
  if (!env.SMS_SECRET_ID || !env.SMS_SECRET_KEY || !env.SMS_APP_ID || !env.SMS_SIGN_NAME) return undefined;
  return {
    secretId: env.SMS_SECRET_ID,
    secretKey: env.SMS_SECRET_KEY,
    appId: env.SMS_APP_ID,
    signName: env.SMS_SIGN_NAME,
    region: env.SMS_REGION,
    apiBase: env.SMS_API_BASE,
  };
}

function wecomOf(env: z.output<typeof environment>): WecomCredentials | undefined {
  if (!env.WECOM_CORP_ID || !env.WECOM_AGENT_ID || !env.WECOM_SECRET) return undefined;
  if (!env.WECOM_CALLBACK_TOKEN || !env.WECOM_CALLBACK_AES_KEY) return undefined;
  return {
    corpId: env.WECOM_CORP_ID,
    agentId: env.WECOM_AGENT_ID,
    secret: env.WECOM_SECRET,
    callbackToken: env.WECOM_CALLBACK_TOKEN,
    callbackAesKey: env.WECOM_CALLBACK_AES_KEY,
  };
}

/** Values that the logger must remove from every line. */
export function secretsOf(config: Config): string[] {
  const databasePassword = isUrl(config.databaseUrl, ['postgres:', 'postgresql:'])
    ? decodeURIComponent(new URL(config.databaseUrl).password)
    : undefined;
  const redisPassword = config.redisUrl ? decodeURIComponent(new URL(config.redisUrl).password) : undefined;
  return [
    config.wecom?.secret,
    config.wecom?.callbackToken,
    config.wecom?.callbackAesKey,
    config.chat?.puppetServiceToken,
    config.sms?.secretId,
    config.sms?.secretKey,
    config.adminPassword,
    config.apiToken,
    databasePassword,
    redisPassword,
  ].filter((secret): secret is string => Boolean(secret));
}

function isDatabaseUrl(text: string): boolean {
  return /^sqlite:./.test(text) || isUrl(text, ['postgres:', 'postgresql:']);
}

function isUrl(text: string, schemes: readonly string[]): boolean {
  return URL.canParse(text) && schemes.includes(new URL(text).protocol) && new URL(text).hostname !== '';
}

const isProxyCount = (proxies: readonly string[]): boolean => proxies.length === 1 && /^[1-9]$/.test(proxies[0]!);

/** An address, or a network like 10.0.0.0/8. `/0` is refused: it would trust everybody. */
function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

function isTimeZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    return false;
  }
}
