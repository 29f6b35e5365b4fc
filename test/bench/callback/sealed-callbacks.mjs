import { createCipheriv, createHash, randomBytes, randomInt } from 'node:crypto';

/** As many members as a group can list in one event: some 45 kB when encrypted. */
const MANY = 600;
export const isLarge = (index, largeEvery) => largeEvery > 0 && index % largeEvery === largeEvery - 1;

/** `{corpId, agentId, token, aesKey}` of the calling corp; every `largeEvery`-th callback is large, none if it is 0. */
export function sealedCallbacks(corp, count, largeEvery = 0) {
  return Array.from({ length: count }, (_, index) => {
    if (isLarge(index, largeEvery)) return requestFor(corp, groupJoined(corp, index, MANY));
    return requestFor(corp, index % 2 === 0 ? contactAdded(corp, index) : groupJoined(corp, index));
  });
}

const CREATED = Math.floor(Date.now() / 1_000);
const customerId = (index) => `wm${createHash('sha256').update(`customer ${index}`).digest('base64url').slice(0, 30)}`;
const head = ({ corpId }, event) =>
  `<ToUserName><![CDATA[${corpId}]]></ToUserName><FromUserName><![CDATA[sys]]></FromUserName>` +
  `<CreateTime>${CREATED}</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[${event}]]></Event>`;

const contactAdded = (corp, index) =>
  `<xml>${head(corp, 'change_external_contact')}<ChangeType><![CDATA[add_external_contact]]></ChangeType>` +
  `<UserID><![CDATA[LinXia]]></UserID><ExternalUserID><![CDATA[${customerId(index)}]]></ExternalUserID>` +
  `<State><![CDATA[poster-store]]></State><WelcomeCode><![CDATA[${randomBytes(32).toString('base64url')}]]></WelcomeCode></xml>`;

const groupJoined = (corp, index, people = 1) =>
  `<xml>${head(corp, 'change_external_chat')}<ChatId><![CDATA[wrOgQhDgAAMYQiS5ol9G7gK9JVAAAA]]></ChatId>` +
  `<ChangeType><![CDATA[update]]></ChangeType><UpdateDetail><![CDATA[add_member]]></UpdateDetail><JoinScene>3</JoinScene>` +
  `<MemChangeCnt>${people}</MemChangeCnt><MemChangeList>${joiners(index, people)}</MemChangeList>` +
  `<LastMemVer><![CDATA[${version(index)}]]></LastMemVer><CurMemVer><![CDATA[${version(index + 2)}]]></CurMemVer></xml>`;

const joiners = (index, people) =>
  Array.from({ length: people }, (_, n) => `<Item><![CDATA[${customerId(index + n * 100_000)}]]></Item>`).join('');

const version = (index) => createHash('md5').update(`version ${index}`).digest('hex');

/** A whole HTTP request, ready to be written to a socket. */
function requestFor(corp, plaintext) {
  const encrypt = seal(corp, plaintext);
  const [timestamp, nonce] = [String(CREATED), String(randomInt(1e9, 2 ** 32))];
  const signature = createHash('sha1').update([corp.token, timestamp, nonce, encrypt].sort().join('')).digest('hex');
  const body =
    `<xml><ToUserName><![CDATA[${corp.corpId}]]></ToUserName><AgentID><![CDATA[${corp.agentId}]]></AgentID>` +
    `<Encrypt><![CDATA[${encrypt}]]></Encrypt></xml>`;
  return Buffer.from(
    `POST /wecom/callback?msg_signature=${signature}&timestamp=${timestamp}&nonce=${nonce} HTTP/1.1\r\n` +
      `Host: 127.0.0.1\r\nContent-Type: text/xml; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

/** 16 random bytes, the length, the text and the corp id, padded to blocks of 32 and sealed with AES-256-CBC. */
export function seal({ aesKey, corpId }, plaintext) {
  const key = Buffer.from(`${aesKey}=`, 'base64');
  const text = Buffer.from(plaintext);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  const open = Buffer.concat([randomBytes(16), length, text, Buffer.from(corpId)]);
  const short = 32 - (open.length % 32);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(open), cipher.update(Buffer.alloc(short, short)), cipher.final()]).toString(
    'base64',
  );
}
