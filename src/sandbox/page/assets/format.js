// Formats times, money, faces and attachments.
import { h } from './dom.js';
import { link } from './links.js';
import { lang, say } from './words.js';

const ZONE = 'Asia/Shanghai';
const formats = new Map();

function format(at, options) {
  const key = `${lang()}${JSON.stringify(options)}`;
  if (!formats.has(key))
    formats.set(key, new Intl.DateTimeFormat(lang() === 'zh' ? 'zh-CN' : 'en-GB', { timeZone: ZONE, ...options }));
  return formats.get(key).format(at);
}

export const clock = (at) => format(at, { hour: '2-digit', minute: '2-digit', hour12: false });
export const clockSeconds = (at) =>
  format(at, { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });
export const day = (at) =>
  `${format(at, { year: 'numeric', month: '2-digit', day: '2-digit' })} ${format(at, { weekday: 'short' })}`;
const date = (at) => format(at, { month: 'numeric', day: 'numeric' });
/** The time; with the date, unless it is today. */
export const when = (at, now) => (day(at) === day(now) ? clock(at) : `${date(at)} ${clock(at)}`);
export const shortWhen = (at, now) => (day(at) === day(now) ? clock(at) : date(at));
export const yuan = (cents) => `¥${(cents / 100).toFixed(2)}`;

/** A square with the name's first letter, in a colour given by the id. The colour is a class: the page's CSP forbids inline styles. */
export function face(name, id = name) {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.codePointAt(0)) >>> 0;
  return h(`span.face.hue${sum % 8}`, { 'aria-hidden': 'true' }, [...name][0] ?? '?');
}

export const empty = (words) => h('div.empty', {}, words);
export const chip = (words, kind = '') => h(`span.chip${kind && `.${kind}`}`, {}, words);

/** A message's attachments as a phone shows them: codes and pictures as images, the others as cards, which `who` can open. */
export const attached = ({ attachments, way }, who) => [
  ...attachments.map((one, i) => (one.way ? qr(one.way, i) : one.picture ? picture(one.picture, i) : card(one, who))),
  way && !attachments.some((one) => one.way) && qr(way, 'text'),
];

const card = ({ kind, title, note, address }, who) =>
  h('div.attachment', {}, h('b', {}, link(address, title || say(`kind_${kind}`), who)), note && h('small', {}, note));
const picture = (address, i) => h('img.picture', { 'data-key': `picture${i}`, src: address, alt: say('kind_image') });
const qr = (configId, i) =>
  h('img.qr', { 'data-key': `qr${i}`, src: `/qr/${configId}.png`, alt: say('join_code'), width: 132, height: 132 });
