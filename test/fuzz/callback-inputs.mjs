import { createHash } from 'node:crypto';
import { seal } from '../bench/callback/sealed-callbacks.mjs';
import { damaged, deepJson, oddNumbers, oddText } from './odd-values.mjs';

const externalId = (index) => `wm${createHash('sha256').update(`fuzz ${index}`).digest('base64url').slice(0, 30)}`;
const cdata = (text) => `<![CDATA[${text}]]>`;

const kinds = [
  {
    Event: 'change_external_contact',
    ChangeType: 'add_external_contact',
    UserID: 'LinXia',
    State: 'poster',
    WelcomeCode: 'code',
  },
  {
    Event: 'change_external_contact',
    ChangeType: 'add_half_external_contact',
    UserID: 'LinXia',
    State: '',
    WelcomeCode: 'code',
  },
  { Event: 'change_external_contact', ChangeType: 'edit_external_contact', UserID: 'LinXia' },
  {
    Event: 'change_external_contact',
    ChangeType: 'del_external_contact',
    UserID: 'LinXia',
    Source: 'DELETE_BY_TRANSFER',
  },
  { Event: 'change_external_contact', ChangeType: 'del_follow_user', UserID: 'LinXia' },
  { Event: 'change_external_contact', ChangeType: 'transfer_fail', UserID: 'LinXia', FailReason: 'customer_refused' },
  { Event: 'change_external_contact', ChangeType: 'some_new_change', UserID: 'LinXia' },
  { Event: 'change_external_chat', ChangeType: 'create', ChatId: 'wrFuzz' },
  {
    Event: 'change_external_chat',
    ChangeType: 'update',
    ChatId: 'wrFuzz',
    UpdateDetail: 'add_member',
    JoinScene: 3,
    MemChangeCnt: 1,
  },
  { Event: 'change_external_chat', ChangeType: 'dismiss', ChatId: 'wrFuzz' },
  { Event: 'change_external_tag', ChangeType: 'create', Id: 'etFuzz', TagType: 'tag' },
  { Event: 'change_contact', ChangeType: 'delete_user', UserID: 'ZhaoMin' },
  {
    Event: 'template_card_event',
    EventKey: 'done',
    TaskId: 'task_1',
    CardType: 'button_interaction',
    ResponseCode: 'r',
  },
  { Event: 'something_new' },
  { MsgType: 'text', Content: '查 小林', MsgId: 1 },
  { MsgType: 'image', PicUrl: 'http://127.0.0.1/x', MediaId: 'm', MsgId: 2 },
];

/**
 * One callback, genuine in its seal or not. `whole` names the contact of one that nothing was done to: WeCom was
 * answered 200, so its fact must be there.
 */
export function callbackInput(corp, random, index) {
  const about = { Event: undefined, MsgType: 'event', ExternalUserID: externalId(index), ...random.pick(kinds) };
  const created = Math.floor(Date.now() / 1_000);
  const whole = random.chance(0.2) && about.ExternalUserID !== undefined;
  const fields = whole
    ? {
        Event: 'change_external_contact',
        MsgType: 'event',
        ChangeType: 'add_external_contact',
        UserID: 'LinXia',
        ExternalUserID: about.ExternalUserID,
      }
    : oddly(about, random);
  const plaintext = whole ? xmlOf(corp, fields, created) : written(corp, fields, created, random);
  return { plaintext, ...request(corp, plaintext, random, whole), whole: whole ? about.ExternalUserID : null };
}

function oddly(fields, random) {
  const odd = { ...fields };
  for (const name of Object.keys(odd)) {
    const fate = random.next();
    if (fate < 0.15) odd[name] = oddText(random);
    else if (fate < 0.2) odd[name] = random.pick(oddNumbers);
    else if (fate < 0.24) delete odd[name];
  }
  if (random.chance(0.2))
    odd[random.pick(['CreateTime', 'MsgId', 'MemChangeList', 'SelectedItems', 'Foo', '__proto__'])] = oddText(random);
  return odd;
}

const xmlOf = (corp, fields, created) =>
  `<xml><ToUserName>${cdata(corp.corpId)}</ToUserName><FromUserName>${cdata('sys')}</FromUserName><CreateTime>${created}</CreateTime>` +
  Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `<${name}>${typeof value === 'number' ? value : cdata(value)}</${name}>`)
    .join('') +
  '</xml>';

function written(corp, fields, created, random) {
  const time = random.chance(0.2) ? random.pick([...oddNumbers, oddText(random)]) : created;
  if (random.chance(0.1)) return JSON.stringify({ ToUserName: corp.corpId, CreateTime: time, ...fields });
  const xml = xmlOf(corp, fields, time);
  const shape = random.int(0, 11);
  if (shape === 0) return damaged(xml, random);
  if (shape === 1) return xml.replace('</xml>', `${'<Foo>'.repeat(random.int(1, 400))}</xml>`);
  if (shape === 2) return `<!-- ${cdata(' --> ')}<!DOCTYPE x [<!ENTITY a "b">]>${xml}`;
  if (shape === 3) return deepJson(random.int(10, 6_000));
  if (shape === 4)
    return JSON.stringify({ msgtype: 'event', event: { text: oddText(random) } }).replace('event', '\\ud83d\\ude00');
  return xml;
}

function request(corp, plaintext, random, whole) {
  const encrypt = seal(corp, plaintext);
  const timestamp = String(
    whole || random.chance(0.95) ? Math.floor(Date.now() / 1_000) : random.pick([0, 1e9, 2 ** 33, 'x']),
  );
  const nonce = String(random.int(1e6, 2e9));
  const signed = createHash('sha1').update([corp.token, timestamp, nonce, encrypt].sort().join('')).digest('hex');
  const isForged = !whole && random.chance(0.25);
  const query = new URLSearchParams({ msg_signature: isForged ? 'f'.repeat(40) : signed, timestamp, nonce });
  const body =
    `<xml><ToUserName>${cdata(corp.corpId)}</ToUserName><AgentID>${cdata(corp.agentId)}</AgentID>` +
    `<Encrypt>${cdata(encrypt)}</Encrypt></xml>`;
  const shape = whole ? 9 : random.int(0, 12);
  const path = `/wecom/callback?${query}`;
  const headers = { 'content-type': 'text/xml; charset=utf-8' };
  if (shape === 0) return { method: 'POST', path, headers, body: damaged(body, random) };
  if (shape === 1) return { method: 'POST', path, headers, body: '<a/>'.repeat(random.int(1, 20_000)) };
  if (shape === 2)
    return { method: 'POST', path, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ encrypt }) };
  if (shape === 3) return { method: 'GET', path: `${path}&echostr=${encodeURIComponent(encrypt)}`, headers: {} };
  if (shape === 4)
    return { method: 'POST', path: damaged(path, random).replace(/[^\x21-\x7e]/g, '%41'), headers, body };
  return { method: 'POST', path, headers, body };
}
