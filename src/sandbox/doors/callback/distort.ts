import type { Shares } from '../../mischief.js';
import type { Random } from '../../random.js';
import type { XmlValue } from './xml.js';

type Fields = Readonly<Record<string, XmlValue>>;

/** Distorts group events: the platform's events do not always say what happened (contract §3.2). */
export function distort(
  fields: Fields,
  shares: Shares,
  random: Random,
  versionOf: (chatId: string) => string | undefined,
): Fields {
  if ('MemChangeList' in fields && random.chance(shares.bare)) return { ...fields, MemChangeList: undefined };
  const detail = fields['UpdateDetail'];
  if (detail === 'change_notice' && random.chance(shares.misnamed)) return { ...fields, UpdateDetail: 'add_member' };
  if (detail === 'change_name' && random.chance(shares.noisy)) {
    const { ChatId } = fields;
    const version = typeof ChatId === 'string' ? versionOf(ChatId) : undefined;
    return { ...fields, JoinScene: 0, MemChangeCnt: 2, LastMemVer: version, CurMemVer: version };
  }
  return fields;
}
