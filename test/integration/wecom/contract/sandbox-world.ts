import { WecomApi } from '../../../../src/channels/wecom/client/wecom-api.js';
import { RateLimiter } from '../../../../src/channels/wecom/rate-limits/rate-limiter.js';
import { publishedQuotas } from '../../../../src/channels/wecom/rate-limits/published-quotas.js';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../../../src/sandbox/sandbox.js';
import { aCorp } from '../a-corp.js';
import { FakeWecom } from '../fake-wecom.js';
import { atOnce } from './fixture-world.js';
import type { Names, SandboxWorld } from './world.js';

const startAt = Date.parse('2026-03-02T10:00:00+08:00');
const DAY_S = 86_400;
type Answer = Readonly<Record<string, unknown>>;

/** A corp of the sandbox's with everything in it that a call can name. */
export async function openSandboxWorld(
  options: Partial<SandboxOptions> = {},
): Promise<SandboxWorld & { close(): Promise<void> }> {
  const settings = aCorp();
  const front = new FakeWecom();
  await front.open();
  const corp = await startSandbox({
    ...settings,
    agentId: String(settings.agentId),
    startAt,
    people: 0,
    callbackUrl: `${front.url}/callback`,
    ...options,
  });
  const answers: { readonly endpoint: string; readonly answer: Answer }[] = [];
  front.otherwise = async ({ endpoint, method, query, raw, headers }) => {
    if (endpoint === '/callback') return {};
    const response = await fetch(`${corp.url}/cgi-bin/${endpoint}?${query.toString()}`, {
      method,
      ...(method === 'GET' ? {} : { body: Buffer.from(raw, 'latin1') }),
      headers: headers['content-type'] === undefined ? {} : { 'content-type': headers['content-type'] },
    });
    const text = await response.text();
    answers.push({ endpoint, answer: JSON.parse(text) as Answer });
    return text;
  };
  const raw = rawCaller(corp, settings);
  const names = await peopled(corp, raw, settings);
  const clock = { now: () => corp.now() };
  const anApp = () =>
    new WecomApi(
      { ...settings, apiBase: front.url },
      { clock, limiter: new RateLimiter(clock, publishedQuotas, atOnce), timeoutMs: 5_000 },
    );
  return {
    api: anApp(),
    anApp,
    front: front.url,
    corp,
    names,
    raw,
    asked: (endpoint) => front.asked.filter((one) => one.endpoint === endpoint),
    answered: (endpoint) => answers.filter((one) => one.endpoint === endpoint).map((one) => one.answer),
    close: async () => {
      await corp.close();
      await front.close();
    },
  };
}

interface Credentials {
  readonly corpId: string;
  readonly secret: string;
}

async function uploaded(corp: Sandbox, { corpId, secret }: Credentials): Promise<string> {
  const token = await issued(`${corp.url}/cgi-bin/gettoken?corpid=${corpId}&corpsecret=${secret}`);
  const form = new FormData();
  form.append('media', new Blob([new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])]), 'picture.png');
  const at = `${corp.url}/cgi-bin/media/upload?access_token=${token ?? ''}&type=image`;
  return ((await (await fetch(at, { method: 'POST', body: form })).json()) as { readonly media_id: string }).media_id;
}

function rawCaller(corp: Sandbox, { corpId, secret }: Credentials): SandboxWorld['raw'] {
  let token: string | undefined;
  return async (path, body) => {
    token ??= await issued(`${corp.url}/cgi-bin/gettoken?corpid=${corpId}&corpsecret=${secret}`);
    const answer = await fetch(`${corp.url}/cgi-bin/${path}?access_token=${token ?? ''}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    return (await answer.json()) as Answer;
  };
}

const issued = async (address: string): Promise<string | undefined> =>
  ((await (await fetch(address)).json()) as { readonly access_token?: string }).access_token;

async function peopled(corp: Sandbox, raw: SandboxWorld['raw'], settings: Credentials): Promise<Names> {
  const [staff, colleague] = ['LinXia', 'ZhaoMin'];
  const customerName = '安然';
  const customer = String((await corp.act({ do: 'newcomer', name: customerName }))['externalUserId']);
  const stranger = String((await corp.act({ do: 'newcomer', name: '路人' }))['externalUserId']);
  await corp.act({ do: 'add_contact', who: customerName, staff, state: 'expo-2026-a' });
  await corp.act({ do: 'newcomer', name: '新人' });
  const made = async (path: string, body: object, field: string): Promise<string> =>
    String((await raw(`externalcontact/${path}`, body))[field]);
  const { tag_group: tags } = (await raw('externalcontact/add_corp_tag', {
    group_name: '会员层级',
    tag: [{ name: '潜在' }],
  })) as { readonly tag_group: { readonly group_id: string; readonly tag: readonly { readonly id: string }[] } };
  const chatId = String(corp.record().groups.find((group) => group.owner === staff)?.chatId);
  const [contactState, joinState] = ['code-a', 'grp-expo'];
  const contactWay = await made(
    'add_contact_way',
    { type: 2, scene: 2, state: contactState, user: [staff] },
    'config_id',
  );
  const groupWelcome = await made(
    'group_welcome_template/add',
    { text: { content: '欢迎' }, notify: 0 },
    'template_id',
  );
  const joinWay = await made(
    'groupchat/add_join_way',
    { scene: 2, chat_id_list: [chatId], state: joinState },
    'config_id',
  );
  const massSend = await made(
    'add_msg_template',
    { external_userid: [customer], sender: staff, text: { content: '周五福利预告' } },
    'msgid',
  );
  const card = await raw('message/send', {
    touser: staff,
    msgtype: 'template_card',
    agentid: 1_000_002,
    template_card: {
      card_type: 'button_interaction',
      main_title: { title: '请拉群' },
      task_id: 'pull-1',
      button_list: [{ text: '已完成', key: 'done' }],
    },
  });
  // What was just made is being handed out for ten seconds (41063); a welcome code lives twenty.
  await corp.advance(corp.now() + 15_000);
  const { welcomeCode } = await corp.act({ do: 'add_contact', who: '新人', staff });
  const today = Math.floor((corp.now() / 1_000 + 8 * 3_600) / DAY_S) * DAY_S - 8 * 3_600;
  return {
    staff,
    colleague,
    customer,
    customerName,
    stranger,
    state: 'expo-2026-a',
    chatId,
    groupName: '潜在交流群①',
    tagId: String(tags.tag[0]?.id),
    tagGroupId: tags.group_id,
    contactWay,
    groupWelcome,
    joinWay,
    joinState,
    massSend,
    welcomeCode: String(welcomeCode),
    responseCode: String(card['response_code']),
    mediaId: await uploaded(corp, settings),
    now: corp.now() / 1_000,
    statDay: today - DAY_S,
  };
}
