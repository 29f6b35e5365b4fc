import { createHash, randomBytes } from 'node:crypto';
import { serviceWayKey } from '../../domain/action-keys.js';
import { cutToCodePoints } from '../../domain/cut-text.js';
import { dayOf, isoDay } from '../../domain/day.js';
import { priorities } from '../../domain/priorities.js';
import type { NewOutboxRow } from '../../outbox/outbox-row.js';
import type { Sql } from '../../platform/database/sql.js';
import type { Run } from '../run.js';
import { type ServiceWay, serviceWayStore } from './service-way.store.js';

/** The scene of the link that everybody may use. */
const ANY = 'qunjie';
/** The variable by which a text names its entry link. */
const VARIABLE = 'assistant_link';
const SCENE_LENGTH = 30;
const PASS_BYTES = 18;

/** A template's key may be longer than a scene, and a scene never changes. */
const templateScene = (key: string): string =>
  cutToCodePoints(`t_${createHash('sha256').update(key).digest('base64url')}`, SCENE_LENGTH);

type Scene = Pick<ServiceWay, 'scene' | 'kind' | 'about'>;

/** Requests the entry links that do not exist yet: one for everybody, one per tier group, one per template that names it. */
export async function serviceWayActions(
  { tx, context, now }: Run,
  groups: readonly { readonly id: number }[],
): Promise<NewOutboxRow[]> {
  if (!context.abilities.has('ensure_kf_way')) return [];
  const wanted: Scene[] = [
    { scene: ANY, kind: 'any', about: '' },
    ...groups.map(({ id }): Scene => ({ scene: `g_${id}`, kind: 'group', about: String(id) })),
    ...context.ruleset.campaigns
      .filter(({ variables }) => variables.includes(VARIABLE))
      .map(({ key }): Scene => ({ scene: templateScene(key), kind: 'template', about: key })),
  ];
  await serviceWayStore.add(
    tx,
    wanted.map((one) => ({ ...one, pass: randomBytes(PASS_BYTES).toString('base64url') })),
    now,
  );
  const day = isoDay(dayOf(now, context.timeZone));
  const scenes = new Set(wanted.map(({ scene }) => scene));
  return (await serviceWayStore.all(tx))
    .filter(({ scene, url }) => url === null && scenes.has(scene))
    .map(({ scene, pass }) => ({
      key: serviceWayKey(scene, day),
      action: { kind: 'ensure_kf_way', scene, pass },
      notBefore: now,
      priority: priorities.makeCode,
    }));
}

/** The link for the texts of a template; the one for everybody until its own exists. Null when there is none yet. */
export const assistantLinkFor = (sql: Sql, template: string): Promise<string | null> =>
  serviceWayStore.urlOf(sql, [templateScene(template), ANY]);
