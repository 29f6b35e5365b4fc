import { describe, expect, it } from 'vitest';
import { environment, readConfig, secretsOf, type ConfigProblem } from './config.js';

const corp = {
  WECOM_CORP_ID: 'wx5823bf96d3bd56c7',
  WECOM_AGENT_ID: '1000002',
  WECOM_SECRET: 'a-secret-of-the-app',
  WECOM_CALLBACK_TOKEN: 'QDG6eK',
  WECOM_CALLBACK_AES_KEY: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
};

describe('config', () => {
  it('needs no setting for the sandbox', () => {
    expect(readConfig({})).toEqual({
      ok: true,
      config: {
        mode: 'sandbox',
        host: '127.0.0.1',
        port: 3000,
        databaseUrl: 'sqlite:data/qunjie.sqlite',
        timeZone: 'Asia/Shanghai',
        wecomApiBase: 'https://qyapi.weixin.qq.com',
        wecomOauthBase: 'https://open.weixin.qq.com',
        wecomCallbackMaxAgeHours: 24,
        configDir: 'config',
        templatesDir: 'templates',
        logLevel: 'info',
      },
    });
  });

  it("is live with all of a corp's credentials", () => {
    const read = readConfig({ ...corp, WECOM_API_BASE: 'http://127.0.0.1:9/' });
    expect(read).toMatchObject({
      ok: true,
      config: {
        mode: 'live',
        wecomApiBase: 'http://127.0.0.1:9',
        wecom: { agentId: 1_000_002, secret: 'a-secret-of-the-app' },
      },
    });
  });

  it('reads an empty setting as an unset one', () => {
    expect(readConfig({ PORT: '', WECOM_SECRET: ' ' })).toMatchObject({
      ok: true,
      config: { mode: 'sandbox', port: 3000 },
    });
  });

  it('reports all problems in one list', () => {
    const problems = problemsOf({
      PORT: '99999',
      DATABASE_URL: 'mysql://localhost/x',
      REDIS_URL: 'localhost:6379',
      TIME_ZONE: 'Asia/Beijing',
      WECOM_API_BASE: 'qyapi.weixin.qq.com',
      ADMIN_PASSWORD: 'short',
      LOG_LEVEL: 'loud',
    });
    expect(problems.map((problem) => problem.setting)).toEqual([
      'PORT',
      'DATABASE_URL',
      'REDIS_URL',
      'TIME_ZONE',
      'WECOM_API_BASE',
      'ADMIN_PASSWORD',
      'LOG_LEVEL',
    ]);
  });

  it('reads all of the text message settings or none, and keeps their keys out of every log', () => {
    const sms = {
      SMS_SECRET_ID: 'AKIDexample0000',
      SMS_SECRET_KEY: 'key-of-sms',
      SMS_APP_ID: '1400006666',
      SMS_SIGN_NAME: '群阶',
    };
    const read = readConfig(sms);
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    expect(read.config.sms).toEqual({
      secretId: 'AKIDexample0000',
      secretKey: 'key-of-sms',
      appId: '1400006666',
      signName: '群阶',
      region: 'ap-guangzhou',
      apiBase: 'https://sms.tencentcloudapi.com',
    });
    expect(secretsOf(read.config)).toEqual(expect.arrayContaining(['AKIDexample0000', 'key-of-sms']));
    expect(
      problemsOf({ SMS_SECRET_ID: sms.SMS_SECRET_ID, SMS_APP_ID: 'x' })
        .map(({ setting }) => setting)
        .sort(),
    ).toEqual(['SMS_APP_ID', 'SMS_SECRET_KEY', 'SMS_SIGN_NAME']);
  });

  it('names the missing settings of incomplete credentials', () => {
    const words = {
      message: '没有写，但写了 WECOM_CORP_ID、WECOM_SECRET（is missing, while WECOM_CORP_ID, WECOM_SECRET are set）',
      messageZh: '没有写，但写了 WECOM_CORP_ID、WECOM_SECRET',
      messageEn: 'is missing, while WECOM_CORP_ID, WECOM_SECRET are set',
    };
    expect(problemsOf({ WECOM_CORP_ID: corp.WECOM_CORP_ID, WECOM_SECRET: corp.WECOM_SECRET })).toEqual([
      { setting: 'WECOM_AGENT_ID', ...words },
      { setting: 'WECOM_CALLBACK_TOKEN', ...words },
      { setting: 'WECOM_CALLBACK_AES_KEY', ...words },
    ]);
  });

  it('refuses every setting in Chinese and in English, without its value', () => {
    const wrong = Object.fromEntries(Object.keys(environment.shape).map((name) => [name, '错 value']));
    const problems = problemsOf(wrong);
    expect(problems.length).toBeGreaterThan(18);
    const isOdd = ({ messageZh, messageEn }: ConfigProblem): boolean =>
      !/[一-鿿]/u.test(messageZh) || !/^(?:must|is|has) /u.test(messageEn) || messageEn.includes('错 value');
    expect(problems.filter(isOdd)).toEqual([]);
  });

  it.each([
    corp.WECOM_CALLBACK_AES_KEY.slice(1),
    `${corp.WECOM_CALLBACK_AES_KEY}=`,
    corp.WECOM_CALLBACK_AES_KEY.replace('j', '-'),
  ])('refuses %s as an EncodingAESKey', (key) => {
    expect(problemsOf({ ...corp, WECOM_CALLBACK_AES_KEY: key }).map((problem) => problem.setting)).toEqual([
      'WECOM_CALLBACK_AES_KEY',
    ]);
  });

  it('never repeats a value in a problem', () => {
    const problems = problemsOf({ ...corp, WECOM_SECRET: 'top secret', ADMIN_PASSWORD: 'hunter2', API_TOKEN: 'tiny' });
    expect(problems).toHaveLength(3);
    expect(JSON.stringify(problems)).not.toMatch(/top secret|hunter2|tiny/);
  });

  it('reads the trusted proxies: their number, or their addresses and networks', () => {
    const proxiesOf = (text: string) => {
      const read = readConfig({ TRUST_PROXY: text });
      return read.ok ? read.config.trustProxy : read.problems.map((problem) => problem.setting);
    };
    expect([proxiesOf('1'), proxiesOf(' 2 '), proxiesOf('')]).toEqual([1, 2, undefined]);
    expect(proxiesOf('10.0.0.5, 10.1.0.0/16,fd00::/8')).toEqual(['10.0.0.5', '10.1.0.0/16', 'fd00::/8']);
    for (const wrong of ['0', 'true', 'yes', '0.0.0.0/0', '::/0', '10.0.0.0/33', 'nginx', '10', '1,2', '10.0.0.1,'])
      expect([wrong, proxiesOf(wrong)]).toEqual([wrong, ['TRUST_PROXY']]);
  });

  it('reads the public address without a path', () => {
    const read = readConfig({ PUBLIC_URL: 'https://Bot.example.com/' });
    expect(read.ok && read.config.publicUrl).toBe('https://bot.example.com');
    for (const wrong of [
      'bot.example.com',
      'https://bot.example.com/x',
      'https://me@bot.example.com',
      'ftp://a',
      'https://a?b',
    ])
      expect(problemsOf({ PUBLIC_URL: wrong }).map(({ setting }) => setting)).toEqual(['PUBLIC_URL']);
  });

  it('requires the token of a puppet service', () => {
    expect(problemsOf({ WECHATY_PUPPET: 'wechaty-puppet-service' }).map((problem) => problem.setting)).toEqual([
      'WECHATY_PUPPET_SERVICE_TOKEN',
    ]);
  });

  it('lists every secret, including those inside URLs', () => {
    const read = readConfig({
      ...corp,
      DATABASE_URL: 'postgres://me:p%40ss@db/qunjie',
      ADMIN_PASSWORD: 'long enough, is it',
      API_TOKEN: '0123456789abcdef',
    });
    if (!read.ok) throw new Error('refused');
    expect(secretsOf(read.config)).toEqual([
      corp.WECOM_SECRET,
      corp.WECOM_CALLBACK_TOKEN,
      corp.WECOM_CALLBACK_AES_KEY,
      'long enough, is it',
      '0123456789abcdef',
      'p@ss',
    ]);
  });
});

function problemsOf(env: Record<string, string>): readonly ConfigProblem[] {
  const read = readConfig(env);
  return read.ok ? [] : read.problems;
}
