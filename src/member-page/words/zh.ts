import { OPEN_WORDS_KEPT_DAYS, WORDS_KEPT_DAYS } from '../../domain/words-kept.js';
import { preferenceWords } from '../../insights/words/preference-words.js';

/** The member's page in Chinese. `en.ts` has the same entries. */
export const zh = {
  htmlLang: 'zh-CN',
  listed: (items: readonly string[]): string => items.join('、'),
  day: (month: number, day: number): string => `${month}月${day}日`,

  nav: { label: '页面', level: '等级', group: '群', messages: '消息', invite: '邀请', help: '帮助' },
  done: {
    saved: '已经记下了。',
    code_requested: '正在准备你的专属码，过一会儿再来看。',
  },
  refused: {
    empty: '还没有写内容。',
    too_long: '写得太长了，请分成几条。',
    bad_time: '时间没有填对，请选开始和结束。',
    too_many: '今天已经发来很多条了，明天再来吧。',
  },

  level: {
    title: '我的等级',
    now: '你现在是',
    ladder: '全部等级',
    here: '现在在这里',
    passed: '已经走过',
    top: '已经是最高等级，谢谢一路陪伴。',
    up: (tier: string): string => `升到${tier}，最近的一步`,
    upNoWay: '现在没有要你做的事，继续常来就好。',
    enough: (tier: string): string => `${tier}的条件已经够了，等级很快会更新。`,
    stay: (tier: string): string => `留在${tier}，最近的一步`,
    grace: (tier: string, date: string): string => `「${tier}」先为你留到 ${date}。`,
    figures: '我有的',
    have: '已有',
    need: '需要',
    or: '或者',
    why: '为什么是这个等级',
    whyNothing: '还没有调整过。',
  },

  checkin: {
    title: '每日打卡',
    press: '打卡',
    done: '今天已打卡',
    streak: (days: number): string => `连续 ${days} 天`,
    noStreak: '今天开始第一天吧',
    calendar: '最近五周',
    weekdays: ['一', '二', '三', '四', '五', '六', '日'],
    marked: '已打卡',
    today: '今天',
  },

  group: {
    title: '我的群',
    yours: (tier: string): string => `${tier}的群`,
    insideOther: (group: string): string => `你现在在「${group}」。`,
    code: '入群码',
    press: '长按识别二维码，就能进群。',
    pressComputer: '在电脑上看到这一页，请用手机微信扫这个码。',
    change: '要群码',
    changeHint: '按一下，拿这个等级的群码。',
    full: '这个等级的群现在满了。按一下，我们请同事再开一个，开好就邀请你。',
    requestGroup: '请同事开新群',
    move: '进了新群以后，旧群可以自己退出，也可以等我们帮你办。',
    ask: '着急的话，告诉我们一声',
  },

  messages: {
    title: '消息',
    pace: '多久收到一次',
    all: '全部',
    allHint: '有适合你的就发，不会天天打扰。',
    less: '少一点',
    lessHint: `${preferenceWords.less.zh}。`,
    none: '不再打扰',
    noneHint: '不再主动发消息给你。你来问，我们照常答。',
    save: '保存',
    quiet: '安静时段',
    quietHint: '这段时间里不发消息给你。',
    from: '从',
    until: '到',
    clear: '不设',
    sent: '发给我的',
    nothing: '还没有发过消息给你。',
    picture: '（带一张图片）',
    link: '（带一个链接）',
  },

  invite: {
    title: '邀请朋友',
    code: '我的专属码',
    hint: '每人一个专属码。朋友扫你的码加我们，就记在你名下。',
    press: '长按可以保存或转发。',
    make: '要一个专属码',
    making: '专属码正在准备，过一会儿再来看。',
    unavailable: '现在还做不了专属码，请先加我们的顾问为好友。',
    friends: '来过的朋友',
    nobody: '还没有朋友从你的码过来。',
    count: (n: number): string => `一共 ${n} 位`,
    someone: '一位朋友',
  },

  help: {
    title: '帮助',
    ask: '提问或投诉',
    askLabel: '想说什么，直接写',
    askHint: '会有人看，通常一天内答复。答复写在这一页。',
    send: '发送',
    asked: '我问过的',
    waiting: '等待答复',
    closed: '已处理',
    answer: '答复',
    answers: '给我的答复',
    forgotten: '（很久以前的，原话已经删除）',
    data: '我的资料',
    dataHint: '这些用来算你的等级、给你找对群，也让我们少打扰你。',
    kept: '记着什么',
    keptRows: (row: KeptRows): readonly (readonly [string, string])[] => [
      ['称呼', row.name === '' ? '没有' : row.name],
      ['微信给我们的编号', row.ids > 0 ? `有 ${row.ids} 个，只用来认出是你` : '没有'],
      ['手机号', row.phone ?? '没有'],
      ['生日', row.birthday ? '有' : '没有'],
      ['地区', row.region ?? '没有'],
      ['标签', row.tags === 0 ? '没有' : `${row.tags} 个，只给同事看`],
      ['每天的次数', `${row.days} 天，例如打卡和发言的次数；群里说的话不存`],
      ['写给我们的话', '写给客服的只存前 200 字；处理完 30 天后删除'],
      ['订单', row.orders === 0 ? '没有' : `${row.orders} 笔的金额和时间`],
      ['发给你的消息', `${row.messages} 条`],
      ['你写给我们的话', `处理完 ${WORDS_KEPT_DAYS} 天后删掉，给你的答复也是；最多留 ${OPEN_WORDS_KEPT_DAYS} 天`],
    ],
    copy: '要一份我的资料',
    copyHint: '我们整理好后联系你。',
    deletion: '申请删除我的资料',
    deletionHint: '会有人和你确认。删除以后等级和记录都不在了。',
    signOut: '退出登录',
  },

  problem: {
    again: '再试一次',
    reload: '刷新',
    unsent: '刚才写的',
    signed_out: { title: '已经退出', text: '要再看自己的等级，重新打开就好。' },
    open_in_wechat: {
      title: '请在微信里打开',
      text: '这一页用微信认出你。把这个地址发到微信里，点开就能看到自己的等级。',
    },
    colleague: {
      title: '这一页是给客户看的',
      text: '你是企业成员，没有等级。成员的情况请在管理后台查看。',
    },
    stranger: {
      title: '还不认识你',
      text: '先加我们为好友，就能在这里看等级、进群、打卡。',
      code: '长按识别二维码，加我们为好友。',
      noCode: '请联系邀请你的人，让 TA 把名片或二维码发给你。',
    },
    arriving: { title: '马上就好', text: '正在为你准备这一页，几秒后会自动打开。' },
    state_unknown: {
      title: '登录没有完成',
      text: '这次登录已经过期，或者不是从这台手机开始的。请再试一次；如果一直这样，请在微信里允许保存网站数据。',
    },
    no_code: { title: '登录没有完成', text: '微信没有告诉我们你是谁。请再试一次，遇到询问时点同意。' },
    code_spent: { title: '登录已经用过了', text: '刷新或返回会让登录失效。请再试一次。' },
    domain_not_trusted: {
      title: '这一页暂时打不开',
      text: '企业的设置还差一步，和你无关，我们已经记下。请过一会儿再来，急事请直接联系你的顾问。',
    },
    app_closed: {
      title: '这一页暂时打不开',
      text: '企业暂时关闭了这个应用，我们已经记下。请过一会儿再来，急事请直接联系你的顾问。',
    },
    unreachable: { title: '微信现在很忙', text: '没能确认你是谁，你的资料都在。请过一分钟再试一次。' },
    not_set_up: { title: '还没有接上企业微信', text: '接上以后，这里就能看到自己的等级。请联系你的顾问。' },
    session_ended: { title: '登录已经过期', text: '刚才写的没有发出去。请先复制下来，登录后再发一次。' },
    bad_csrf: { title: '这一页放得太久了', text: '为了安全，刚才的操作没有做。请返回，刷新后再点一次。' },
    too_many: { title: '点得太快了', text: '请过一分钟再试。' },
    too_long: { title: '写得太长了', text: '没有发出去。请返回，分成几条再发。' },
    unreadable: { title: '没有看懂这次请求', text: '什么都没有做。请返回，刷新后再试一次。' },
    not_found: { title: '没有这一页', text: '地址可能写错了。' },
    broken: { title: '出了点问题', text: '没能完成，我们已经记下。请过一会儿再试。' },
  },
};

/** What is kept about a member, counted. */
export interface KeptRows {
  readonly name: string;
  readonly ids: number;
  readonly phone: string | null;
  readonly birthday: boolean;
  readonly region: string | null;
  readonly tags: number;
  readonly days: number;
  readonly orders: number;
  readonly messages: number;
}
