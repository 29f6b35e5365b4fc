import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publishedQuotas } from '../../../src/channels/wecom/rate-limits/published-quotas.js';
import type { Quotas } from '../../../src/channels/quotas.js';
import { PushedClock } from '../../../src/platform/clock.js';
import { readConfig } from '../../../src/platform/config/config.js';
import { createLogger } from '../../../src/platform/logger/logger.js';
import { startProduct, type Product } from '../../../src/app/product.js';
import { startSandbox, type Sandbox } from '../../../src/sandbox/sandbox.js';
import { CORP, settingsFor } from '../../support/product.js';

const START_AT = Date.parse('2026-03-02T10:00:00+08:00');
export const STAFF = 'LinXia';

export interface TaggingProduct extends Product {
  readonly corp: Sandbox;
  /** Stops the product and starts another one on the same database. */
  restart(): Promise<void>;
  /** Advances both clocks and lets the product do all due work. */
  push(ms: number): Promise<void>;
  /** The names in WeCom of the tags on a customer's pairs. */
  tagsOn(externalUserId: string): string[];
  /** How often an endpoint was called, or refused with this errcode. */
  calls(endpoint: string, errcode?: number): number;
}

/** A running product with tag rules, against a sandbox corp in which some people are contacts already. Time is advanced by hand. */
export async function aTaggingProduct({
  contacts,
  tags,
  limit,
}: {
  readonly contacts: number;
  /** tags.yaml */
  readonly tags: string;
  readonly limit?: { readonly perMinute: number; readonly perHour: number };
}): Promise<TaggingProduct> {
  const folder = await mkdtemp(join(tmpdir(), 'qunjie-tags-'));
  const config = join(folder, 'config');
  await cp('config', config, { recursive: true });
  await writeFile(join(config, 'tags.yaml'), tags);
  const corp = await startSandbox({
    ...CORP,
    agentId: String(CORP.agentId),
    people: 0,
    startAt: START_AT,
    ...(limit ? { limits: limit } : {}),
  });
  for (let index = 0; index < contacts; index++) {
    await corp.act({ do: 'newcomer', name: `客户${index}` });
    await corp.act({ do: 'add_contact', who: `客户${index}`, staff: STAFF, welcome: false });
  }
  const read = readConfig({ ...settingsFor(corp, folder), CONFIG_DIR: config });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const clock = new PushedClock(START_AT);
  const wecomQuotas: Quotas = {
    ...publishedQuotas,
    rows: publishedQuotas.rows.map((row) =>
      row.endpoint === '*' && limit
        ? { ...row, limit: row.window === 'minute' ? limit.perMinute : limit.perHour }
        : row,
    ),
    patienceMs: 0,
  };
  const start = async (): Promise<Product> => {
    const logger = createLogger({ level: 'fatal' });
    const started = await startProduct({ config: read.config, clock, logger, runsByItself: false, wecomQuotas });
    corp.setDoors({ callbackUrl: `${started.url}/wecom/callback` });
    return started;
  };
  let product = await start();
  const tagging: TaggingProduct = {
    ...product,
    corp,
    async push(ms) {
      await corp.advance(corp.now() + ms);
      clock.pushTo(corp.now());
      await product.workLoop.drain();
    },
    async restart() {
      await product.close();
      product = await start();
      const { url, workLoop, database, channels, app } = product;
      Object.assign(tagging, { url, workLoop, database, channels, app });
    },
    tagsOn: (externalUserId) =>
      corp
        .record()
        .pairs.filter((pair) => pair.externalUserId === externalUserId)
        .flatMap((pair) => pair.tags.map((tag) => tag.name)),
    calls: (endpoint, errcode) =>
      corp.record().calls[`/cgi-bin/externalcontact/${endpoint}${errcode === undefined ? '' : ` ${errcode}`}`] ?? 0,
    async close() {
      await product.close();
      await corp.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return tagging;
}

export const everybody = 'groups:\n  - group: 基准\n    tags:\n      - { name: 全员, when: is_contact }\n';
