import { parseArgs } from 'node:util';
import type { LocalizedText } from './domain/localized-text.js';
import { checkUpChannels } from './channels/open-channels.js';
import type { Check } from './channels/connection.js';
import { checkMemberPage } from './member-page/check-up.js';
import { systemClock } from './platform/clock.js';
import { secretsOf, type Config, type ConfigProblem } from './platform/config/config.js';
import { readEnvironment, terminalLanguage } from './platform/config/environment.js';
import { createLogger } from './platform/logger/logger.js';

type Language = keyof LocalizedText;

const SETTINGS: LocalizedText = { zh: '配置', en: 'Settings' };

const noSettings: Check = {
  id: 'settings',
  ok: false,
  title: SETTINGS,
  found: { zh: '一项 WECOM_ 配置也没有', en: 'not one WECOM_ setting is there' },
  remedy: {
    zh: '设置 WECOM_CORP_ID、WECOM_AGENT_ID、WECOM_SECRET、WECOM_CALLBACK_TOKEN、WECOM_CALLBACK_AES_KEY，再运行一次',
    en: 'Set WECOM_CORP_ID, WECOM_AGENT_ID, WECOM_SECRET, WECOM_CALLBACK_TOKEN and WECOM_CALLBACK_AES_KEY, and run this again.',
  },
};

const whereToFind: Readonly<Record<string, string>> = {
  WECOM_CORP_ID: '企业 ID，在管理后台「我的企业」最下方，形如 wx5823bf96d3bd56c7',
  WECOM_AGENT_ID: '应用的 AgentId，在应用详情页，是一个数字',
  WECOM_SECRET: '应用的 Secret，在应用详情页，不能有空格',
  WECOM_CALLBACK_TOKEN: '「接收消息」里的 Token，1 到 32 位字母和数字',
  WECOM_CALLBACK_AES_KEY: '「接收消息」里的 EncodingAESKey，正好 43 位字母和数字，末尾不加等号',
  WECOM_CALLBACK_MAX_AGE_HOURS: '小时数，1 到 720，不填就是 24',
  WECOM_CALLBACK_URL: '企业微信回调的完整地址，形如 https://bot.example.com/wecom/callback',
};

const checkOfProblem = ({ setting, messageZh, messageEn }: ConfigProblem): Check => ({
  id: `settings:${setting}`,
  ok: false,
  title: { zh: `配置 ${setting}`, en: `Setting ${setting}` },
  found: { zh: messageZh, en: messageEn },
  remedy: {
    zh: whereToFind[setting] ?? `改好 ${setting}，再运行一次`,
    en: `Put ${setting} right, and run this again.`,
  },
});

/** Runs the checks of the console's connection page without the product. It stores nothing and never asks the sandbox. */
async function examine(config: Config): Promise<readonly Check[]> {
  if (!config.wecom) return [noSettings];
  // The answers show every failure, so log lines between them would only disturb.
  const logger = createLogger({ level: 'silent', secrets: secretsOf(config) });
  const { publicUrl, wecom } = config;
  return [
    ...(await checkUpChannels(config, { clock: systemClock, logger })),
    await checkMemberPage({ publicUrl, corpId: wecom.corpId }),
  ];
}

const marks = { true: '✓', false: '✗', null: '–' } as const;

function format(checks: readonly Check[], language: Language): string {
  const lines = checks.flatMap(({ ok, title, found, remedy }) => [
    `${marks[`${ok}`]} ${title[language]}${language === 'zh' ? '：' : ': '}${found[language]}`,
    ...(remedy && ok !== true ? [`    → ${remedy[language]}`] : []),
  ]);
  const failed = checks.filter((check) => check.ok === false).length;
  const summary: LocalizedText =
    failed === 0
      ? { zh: '没有要处理的问题。', en: 'Nothing needs to be done.' }
      : {
          zh: `有 ${failed} 个问题要处理。`,
          en: `${failed} ${failed === 1 ? 'thing needs' : 'things need'} to be put right.`,
        };
  return [...lines, '', summary[language], ''].join('\n');
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { json: { type: 'boolean' }, lang: { type: 'string' } } });
  const read = readEnvironment();
  const checks = read.ok ? await examine(read.config) : read.problems.map(checkOfProblem);
  const isOk = checks.every((check) => check.ok !== false);
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ ok: isOk, checks }, null, 2)}\n`
      : format(checks, values.lang === undefined ? terminalLanguage() : /^zh/i.test(values.lang) ? 'zh' : 'en'),
  );
  process.exitCode = isOk ? 0 : 1;
}

main().catch((cause: unknown) => {
  process.stderr.write(`${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}\n`);
  process.exitCode = 2;
});
