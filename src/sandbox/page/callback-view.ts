import { isPerson, type Corp } from '../corp/corp.js';
import type { Callback } from '../doors/callback/callback-sender.js';

/** How the sending of a callback ended. `twice`: answered more than once. `repeated`: needed more than one try. `unsent`: no address. */
export type Fate = 'waiting' | 'delivered' | 'twice' | 'repeated' | 'lost' | 'refused' | 'unsent';

export function callbackView(corp: Corp, callback: Callback, n: number) {
  const { at, plaintext, posts, answers } = callback;
  const field = (name: string): string => fieldOf(plaintext, name);
  const person = corp.who(field('ExternalUserID'));
  const group = corp.groups.get(field('ChatId'));
  return {
    n,
    at,
    fate: fateOf(callback),
    posts,
    answers,
    event: field('Event') || field('MsgType'),
    change: [field('ChangeType'), field('UpdateDetail')].filter((part) => part !== '').join(' · '),
    about: [
      corp.staff.get(field('UserID'))?.name ?? field('UserID'),
      isPerson(person) ? person.name : field('ExternalUserID'),
      group?.name ?? '',
      field('FromUserName') === 'sys' ? '' : (corp.staff.get(field('FromUserName'))?.name ?? field('FromUserName')),
      field('Content'),
    ].filter((part) => part !== ''),
  };
}

function fateOf({ state, posts, answers }: Callback): Fate {
  switch (state) {
    case 'waiting':
      return 'waiting';
    case 'unsent':
      return 'unsent';
    case 'lost':
      return posts === 0 ? 'lost' : 'refused';
    case 'answered':
      if (answers > 1) return 'twice';
      return posts > 1 ? 'repeated' : 'delivered';
  }
}

function fieldOf(xml: string, name: string): string {
  const [, inner = ''] = new RegExp(`<${name}>(.*?)</${name}>`, 's').exec(xml) ?? [];
  return inner.startsWith('<![CDATA[') ? inner.slice(9, -3).replaceAll(']]]]><![CDATA[>', ']]>') : inner;
}
