import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heardInGroup, heardInPrivate, yesOrNo } from './heard-words.js';

describe('what a member says in private', () => {
  it.each([
    '退订',
    '退订。',
    '退订！',
    '退订！！！',
    ' 退 订 ',
    '退订～🙏',
    '🙏退订',
    '「退订」',
    '(退订)',
    '退订？',
    '回复退订',
    'TD',
    'td',
    'Td',
    'ＴＤ',
    'ｔｄ',
    'T.D.',
    't d',
    'T',
    't',
    'Ｔ',
    'TD退订',
    'td 退订',
    '我要退订',
    '我想退订',
    '请帮我退订',
    '麻烦退订一下，谢谢',
    '退订吧',
    '退订了',
    '退定',
    '可以退订吗',
    '退訂',
    '取消訂閱',
    '別再發了',
    '取消订阅',
    '我要取消订阅',
    '取消推送',
    '别再发了',
    '不要再发了',
    '不要再发',
    '别发了',
    '别发',
    '别发了！！',
    '不要发了',
    '不用再发了',
    '别给我发消息',
    '别再给我发了',
    '不要给我发消息',
    '不要再给我发消息了',
    '请不要再给我发信息',
    '别推送了',
    '停止',
    '停',
    '停止发送',
    '停止推送',
    '停止给我发消息',
    '别发消息了',
    '别发广告了',
    '不想要了',
    '我不想要了',
    '我不想要了，别发了',
    '不想再收到',
    '不想收到你们的消息',
    '不想收消息了',
    '拉黑你',
    '拉黑你了',
    '我要拉黑你们',
    '别烦我',
    '别烦我了',
    '不要烦我',
    '别打扰我',
    '不要骚扰我',
    '请勿打扰',
    '别再骚扰我了',
    '好的，退订',
    '好的 退订 谢谢',
    'unsubscribe',
    'UNSUBSCRIBE',
    'Unsubscribe.',
    'stop',
    'STOP',
    'Stop!',
    'please stop',
    'stop it',
    'stop sending me messages',
    "don't message me",
    'opt out',
    'no more messages',
    'quit',
    '退订退订退订',
    'tuiding',
  ])('%s means stop', (text) => {
    expect(heardInPrivate(text)).toBe('stop');
  });

  it.each([
    '怎么退订',
    '退订那个课程怎么操作',
    '取消',
    '不要了',
    '不用了',
    '烦死了',
    '我朋友说回复退订就行',
    '为什么我退订了还收到',
    '不退订',
    '我不想退订',
    '衣服不想要了，别发了',
    '你们别再发这种东西给我妈妈看的那种广告了，她看了总是担心得睡不着觉，真的',
    'how do i unsubscribe',
    '再发我就拉黑了',
  ])('%s is asked about', (text) => {
    expect(heardInPrivate(text)).toBe('maybe');
  });

  it.each([
    '怎么退订单',
    '退订单怎么操作',
    '别发货了',
    '别发货',
    '不要发顺丰',
    '先别发快递',
    '在',
    '这个怎么买？',
    '你好',
    '帮助',
    '好',
    '好的',
    '谢谢',
    '1',
    '我的等级',
    '在吗',
    "I don't know",
    "that's it",
    'T恤有货吗',
    'TCL',
    '今天天气',
    '停车在哪里',
    '不要发错颜色',
    '可以',
    'nonstop',
    '发票别发错',
    '订单什么时候到',
    '',
    '😀',
    '。。。',
  ])('%s says nothing of it', (text) => {
    expect(heardInPrivate(text)).toBeNull();
  });

  it.each([
    '订阅',
    '订阅。',
    '恢复',
    '恢复订阅',
    '我要订阅',
    '重新订阅',
    '請恢復訂閱',
    '继续发吧',
    'subscribe',
    'Resume',
    'start',
  ])('%s means that we may write again', (text) => {
    expect(heardInPrivate(text)).toBe('resume');
  });

  it('is read in no time, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('我', '要', '好', '的', '退', '订', '别', '再', '发', 't', 'd', ' ', '了', '给'),
          maxLength: 4_000,
        }),
        (text) => {
          expect(['stop', 'maybe', 'resume', null]).toContain(heardInPrivate(text));
        },
      ),
    );
  });
});

describe('what a member says in a group', () => {
  it.each(['退订', '退订。', ' 退订 ！', 'TD', 'ｔｄ', 'td。', '取消订阅', '不要再发', 'Unsubscribe'])(
    '%s means stop',
    (text) => {
      expect(heardInGroup(text)).toBe('stop');
    },
  );
  it.each(['订阅', '订阅！', '恢复'])('%s means that we may write again', (text) => {
    expect(heardInGroup(text)).toBe('resume');
  });
  it.each([
    'T',
    '别发了',
    '停',
    '停止',
    '不想要了',
    '怎么退订',
    '退订单',
    '你也退订吧',
    '别发货了',
    '恢复了吗',
    'stop',
    '别烦我',
  ])('%s is talk', (text) => {
    expect(heardInGroup(text)).toBeNull();
  });
});

describe('yes and no', () => {
  it.each(['1', '１', '1。', '是', '是的！', '好', '好的', 'OK', '嗯', '确认'])('%s is yes', (text) =>
    expect(yesOrNo(text)).toBe(true),
  );
  it.each(['不', '不用了', '否', 'No', '算了', '2'])('%s is no', (text) => expect(yesOrNo(text)).toBe(false));
  it.each(['在吗', '11', '为什么', '', '好看吗'])('%s is neither', (text) => expect(yesOrNo(text)).toBeNull());
});
