import { describe, expect, it } from 'vitest';
import { OperatorMistake } from '../errors.js';
import { createLogger, type LoggerOptions } from './logger.js';
import { NestLogger } from './nest-logger.js';

describe('the log', () => {
  it('hides tokens and signatures in any URL', () => {
    const { logger, lines } = listening();
    logger.info(
      { url: 'https://qyapi.weixin.qq.com/cgi-bin/externalcontact/get?access_token=TOKEN1&external_userid=wm1' },
      'asked',
    );
    logger.warn(`GET /wecom/callback?msg_signature=TOKEN2&timestamp=1409659813&nonce=1`);
    logger.error({ err: new Error('fetch https://x/cgi-bin/gettoken?corpid=ww1&corpsecret=TOKEN3 failed') }, 'failed');
    logger.info({ deep: { list: ['https://x/cgi-bin/webhook/send?key=TOKEN4'] } }, 'posted');
    logger.info('connecting to postgres://me:TOKEN5@db/qunjie with Bearer TOKEN6.abc');
    expect(lines.join('')).not.toMatch(/TOKEN\d/);
    expect(lines[0]).toContain('?access_token=***&external_userid=wm1');
    expect(lines[1]).toContain('msg_signature=***&timestamp=1409659813');
  });

  it('hides headers and secrets by name, at any depth', () => {
    const { logger, lines } = listening();
    logger.info(
      { request: { headers: { authorization: 'Bearer abc', cookie: 'qunjie_session=abc', 'set-cookie': ['a=abc'] } } },
      'in',
    );
    logger.info(
      { settings: { callbackAesKey: 'abc', WECOM_SECRET: 'abc', apiToken: 'abc', password: 'abc', corpId: 'ww1' } },
      'read',
    );
    logger.child({ token: 'abc' }).info('child');
    expect(lines.join('')).not.toContain('abc');
    expect(lines[1]).toContain('"corpId":"ww1"');
  });

  it('hides the value of a configured secret anywhere in a line', () => {
    const { logger, lines } = listening({ secrets: ['s3"cret/value'] });
    logger.info({ note: 'it was s3"cret/value' }, 'also s3"cret/value and s3%22cret%2Fvalue');
    expect(lines[0]).not.toMatch(/s3|cret/);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ note: 'it was ***', msg: 'also *** and ***' });
  });

  it('replaces the texts that people wrote with their length', () => {
    const { logger, lines } = listening();
    logger.info(
      { memberId: 7, text: '今晚八点直播', message: { content: '你好' }, body: { any: 'thing' } },
      'received',
    );
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      memberId: 7,
      text: '[6 characters]',
      message: { content: '[2 characters]' },
      body: '[omitted]',
      msg: 'received',
    });
  });

  it('logs the code, place and causes of an error and no other field', () => {
    const { logger, lines } = listening();
    const cause = Object.assign(new Error('unique'), { parameters: ['13800000000'], code: '23505' });
    logger.error({ err: new Error('outer', { cause }) }, 'failed');
    logger.warn({ err: new OperatorMistake('bad_rule', 'unknown metric', { line: 2 }) }, 'refused');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'error',
      err: { type: 'Error', message: 'outer', stack: expect.stringContaining('logger.spec'), cause: { code: '23505' } },
    });
    expect(lines[0]).not.toContain('13800000000');
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({
      err: { type: 'OperatorMistake', code: 'bad_rule', where: { line: 2 } },
    });
  });

  it('limits the length of a line, even for circular values', () => {
    const { logger, lines } = listening();
    const loop: Record<string, unknown> = {
      name: 'x'.repeat(100_000),
      items: Array.from({ length: 1_000 }, (_, n) => n),
    };
    loop['self'] = loop;
    logger.info(loop, 'big');
    expect(lines[0]?.length).toBeLessThan(20_000);
  });

  it('writes one readable line for a terminal', () => {
    const { logger, lines } = listening({ pretty: true });
    logger.child({ context: 'engine' }).info({ memberId: 7 }, 'advanced');
    // eslint-disable-next-line no-control-regex -- colours
    expect(lines[0]?.replace(/\u001b\[\d+m/g, '')).toMatch(/^\d\d:\d\d:\d\d info engine: advanced memberId=7\n$/);
  });

  it('includes the messages of Nest', () => {
    const { logger, lines } = listening();
    const nest = new NestLogger(logger);
    nest.log('Mapped {/healthz, GET} route', 'RouterExplorer');
    nest.error(new Error('boom'), 'Error: boom\n    at x', 'ExceptionsHandler');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { level: 'debug', context: 'RouterExplorer', msg: 'Mapped {/healthz, GET} route' },
      { level: 'error', context: 'ExceptionsHandler', msg: 'boom', err: { message: 'boom' } },
    ]);
  });
});

function listening(options: Partial<LoggerOptions> = {}): { logger: ReturnType<typeof createLogger>; lines: string[] } {
  const lines: string[] = [];
  return { logger: createLogger({ level: 'trace', ...options, write: (line) => void lines.push(line) }), lines };
}
