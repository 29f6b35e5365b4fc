import { createHash } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { aSandbox, START } from '../../testing/a-sandbox.js';

const DAY = 86_400_000;

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function aCorp(options: Parameters<typeof aSandbox>[0] = {}) {
  const corp = await aSandbox(options);
  open.push(corp.sandbox);
  return corp;
}

async function aBot() {
  const corp = await aCorp();
  const { sandbox, json } = corp;
  const { key } = (await sandbox.act({ do: 'add_group_bot', name: '值班群机器人' })) as { key: string };
  const send = (body: object, by = key) =>
    json(`/cgi-bin/webhook/send?key=${by}`, { method: 'POST', body: JSON.stringify(body) });
  const say = (content: string) => send({ msgtype: 'text', text: { content, mentioned_list: ['LinXia'] } });
  return { ...corp, key, send, say };
}

test('a bot posts with its key alone', async () => {
  const { say, sandbox } = await aBot();
  expect(await say('接口报警')).toEqual({ errcode: 0, errmsg: 'ok' });
  expect(sandbox.record().botPosts).toEqual([
    { bot: '值班群机器人', at: START, msgtype: 'text', text: '接口报警', mentions: ['LinXia'] },
  ]);
});

test('a wrong key, and one of a bot that was removed, is 93000', async () => {
  const { say, send, sandbox } = await aBot();
  expect(await send({ msgtype: 'text', text: { content: '在吗' } }, 'none')).toMatchObject({ errcode: 93000 });
  await sandbox.act({ do: 'remove_group_bot', name: '值班群机器人' });
  expect(await say('在吗')).toMatchObject({ errcode: 93000 });
});

test('a bot posts twenty times a minute, and again a minute later', async () => {
  const { say, sandbox } = await aBot();
  const codes: number[] = [];
  for (let i = 0; i < 21; i += 1) codes.push((await say(`第 ${i} 条`)).errcode);
  expect(codes).toEqual([...Array<number>(20).fill(0), 45009]);
  await sandbox.advance(START + 60_000);
  expect(await say('又一分钟')).toMatchObject({ errcode: 0 });
});

const picture = Buffer.from('a picture of a kind');
const md5 = createHash('md5').update(picture).digest('hex');
const link = { title: '福利', url: 'https://example.invalid' };
const notice = {
  card_type: 'text_notice',
  main_title: { title: '报警' },
  card_action: { type: 1, url: 'https://example.invalid' },
};

const menu = { desc: '更多', action_list: [{ text: '不再提醒', key: 'mute' }] };

test.each([
  ['markdown', { markdown: { content: '**报警**' } }, 0],
  ['markdown', { markdown: { content: '长'.repeat(1_366) } }, 45002],
  ['text', { text: { content: '长'.repeat(683) } }, 45002],
  ['text', { text: {} }, 44004],
  ['image', { image: { base64: picture.toString('base64'), md5 } }, 0],
  ['image', { image: { base64: picture.toString('base64'), md5: 'other' } }, 40058],
  ['image', { image: {} }, 44001],
  ['news', { news: { articles: [link] } }, 0],
  ['news', { news: { articles: [{ title: '福利' }] } }, 40063],
  ['news', { news: { articles: Array(9).fill(link) } }, 40058],
  ['file', { file: { media_id: 'none' } }, 40007],
  ['template_card', { template_card: notice }, 0],
  ['template_card', { template_card: { ...notice, task_id: 'a-1' } }, 40058],
  ['template_card', { template_card: { ...notice, task_id: 'a-1', action_menu: menu } }, 40058],
  ['template_card', { template_card: { ...notice, card_type: 'news_notice', image_text_area: {} } }, 40063],
  ['template_card', { template_card: { ...notice, card_type: 'news_notice', card_image: { url: link.url } } }, 0],
  ['song', {}, 40008],
])('%s: %j is %i', async (msgtype, body, errcode) => {
  const { send } = await aBot();
  expect(await send({ msgtype, ...body })).toMatchObject({ errcode });
});

test('only the bot that uploaded a file can use it', async () => {
  const { key, json, send, sandbox } = await aBot();
  const upload = (query: string) => {
    const form = new FormData();
    form.append('media', new Blob([new Uint8Array(picture)]), '报表.csv');
    return json(`/cgi-bin/webhook/upload_media?${query}`, { method: 'POST', body: form });
  };
  const { media_id, errcode } = await upload(`key=${key}&type=file`);
  expect(errcode).toBe(0);
  expect(await send({ msgtype: 'file', file: { media_id } })).toMatchObject({ errcode: 0 });
  expect(sandbox.record().botPosts).toMatchObject([{ text: '报表.csv' }]);
  const { key: another } = (await sandbox.act({ do: 'add_group_bot', name: '二号' })) as { key: string };
  expect(await send({ msgtype: 'file', file: { media_id } }, another)).toMatchObject({ errcode: 40007 });
  expect(await upload(`key=${key}&type=image`)).toMatchObject({ errcode: 40004 });
  expect(await upload('key=none&type=file')).toMatchObject({ errcode: 93000 });
});

test('uploaded media can be fetched for three days, and are an error afterwards', async () => {
  const { upload, withToken, sandbox, get } = await aCorp();
  const { media_id } = await upload('media/upload?type=image', picture);
  const answer = await fetch(sandbox.url + (await withToken(`media/get?media_id=${media_id}`)));
  expect(answer.headers.get('content-disposition')).toContain('picture.png');
  expect(Buffer.from(await answer.arrayBuffer())).toEqual(picture);
  await sandbox.advance(START + 3 * DAY + 1);
  expect(await get(`media/get?media_id=${media_id}`)).toMatchObject({ errcode: 40007 });
  expect(await get('media/get')).toMatchObject({ errcode: 40007 });
});

test('permanent pictures can be fetched, and their number is limited by day and month', async () => {
  const { upload, sandbox } = await aCorp({ quotas: { imagesPerDay: 2, imagesPerMonth: 3 } });
  const codes: number[] = [];
  const add = async () => {
    const { errcode, url } = await upload('media/uploadimg', picture);
    codes.push(errcode);
    return url;
  };
  const url = await add();
  expect(Buffer.from(await (await fetch(url)).arrayBuffer())).toEqual(picture);
  await add();
  await add();
  await sandbox.advance(START + DAY);
  await add();
  await add();
  expect(codes).toEqual([0, 0, 45009, 0, 45009]);
});

test.each([
  ['nothing sent', 'image', Buffer.alloc(3), 44001],
  ['over 10 MB of picture', 'image', Buffer.alloc(10 * 1024 * 1024 + 1), 45001],
  ['over 2 MB of voice', 'voice', Buffer.alloc(2 * 1024 * 1024 + 1), 45001],
  ['an unknown type', 'song', picture, 40004],
])('an upload with %s is refused', async (_what, type, bytes, errcode) => {
  const { upload } = await aCorp();
  expect(await upload(`media/upload?type=${type}`, bytes)).toMatchObject({ errcode });
});

test('both endpoints list the addresses of the platform', async () => {
  const { get } = await aCorp();
  for (const path of ['get_api_domain_ip', 'getcallbackip'])
    expect(await get(path)).toEqual({ errcode: 0, errmsg: 'ok', ip_list: ['127.0.0.1'] });
});
