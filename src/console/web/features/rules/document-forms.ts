import { both, type Field, type FieldKind, type Part } from './form-parts.js';

type FieldText = readonly [key: string, zh: string, en: string, kind: FieldKind, more?: Partial<Field>];
const field = (...[key, zh, en, kind, more = {}]: FieldText): Field => ({
  ...{ key, kind, label: both(zh, en) },
  ...more,
});
const days = { unit: both('天', 'days') };
const hours = { unit: both('小时', 'hours') };
const percent = { unit: both('%', '%') };
const cents = { unit: both('分钱', 'cents') };
const bounds = both(
  '一个数分两档，两个数分三档，先写最高一档的',
  'One number makes two levels, two make three; that of the highest level first',
);
const choice = (...choices: readonly (readonly [string, string, string])[]) => ({
  choices: choices.map(([value, zh, en]) => ({ value, label: both(zh, en) })),
});

const tiers: readonly Part[] = [
  {
    kind: 'list',
    path: ['tiers'],
    title: both('层级', 'Tiers'),
    add: both('加一个层级', 'Add a tier'),
    entry: {
      name: 'label',
      fields: [
        field('key', '标识', 'Key', 'text', { isKey: true }),
        field('label', '名称', 'Name', 'label'),
        field('color', '颜色', 'Colour', 'color'),
        field('enabled', '启用', 'On', 'switch', { fallback: true }),
        field('enter', '进入条件', 'Enters if', 'condition'),
        field('stay', '留住条件', 'Stays if', 'stay'),
        field('floor.tags', '有这些标签就不低于本层', 'Not below this tier with the tags', 'texts'),
        field('floor.groups', '在这些群里就不低于本层', 'Not below this tier in the groups', 'texts'),
        field('min_dwell_days', '最短停留', 'Stays at least', 'int', { ...days, fallback: 0 }),
        field('grace_days', '降级宽限', 'Grace before stepping down', 'int', { ...days, fallback: 0 }),
        field('groups', '对应的群', 'Groups', 'texts', {
          fallback: [],
          hint: both('群名，* 代表任意字，例如 会员*', 'Names of groups; * stands for anything, as in member*'),
        }),
        field('capacity', '每群人数上限', 'Most people in a group', 'int', {
          fallback: 200,
          unit: both('人', 'people'),
        }),
        field('path', '换群方式', 'How they are moved', 'choice', {
          fallback: 'official',
          ...choice(
            ['official', '官方接口邀请', 'invited by the official API'],
            ['chat', '群聊账号邀请', 'invited by the chat account'],
          ),
        }),
        field('room_base_name', '新群名称', 'Name of new groups', 'text'),
      ],
      blank: { key: 'new-tier', label: { zh: '新层级', en: 'new tier' }, color: '#5b6b8c', enter: 'orders_total >= 1' },
    },
  },
  {
    kind: 'section',
    path: ['moves'],
    title: both('换群', 'Moves'),
    fields: [
      field('invite_days', '邀请有效', 'An invitation is valid', 'int', { ...days, fallback: 7 }),
      field('remind_after_days', '多久后提醒', 'Reminded after', 'int', { ...days, fallback: 3 }),
      field('leave_days', '离开旧群的期限', 'Time to leave the old group', 'int', { ...days, fallback: 3 }),
      field('retry_after_days', '没来的再邀请', 'Invited again after', 'int', { ...days, fallback: 30 }),
      field('max_tries', '最多邀请', 'Invited at most', 'int', { fallback: 3, unit: both('次', 'times') }),
      field('rest_after_undo_days', '撤回后不再换群', 'Not moved again after an undo', 'int', {
        ...days,
        fallback: 30,
      }),
      field('approve', '要运营人员同意的', 'Needs approval', 'choice', {
        fallback: 'none',
        ...choice(
          ['none', '都不用', 'none'],
          ['up', '升级', 'moves up'],
          ['down', '降级', 'moves down'],
          ['all', '全部', 'all'],
        ),
      }),
    ],
  },
  {
    kind: 'section',
    path: ['pools'],
    title: both('群容量', 'Room in groups'),
    fields: [
      field('open_next_at', '最空的群满到多少就建新群', 'A new group when the emptiest is this full', 'share', {
        fallback: 0.85,
      }),
      field('min_free', '至少留的空位', 'Places kept free', 'int', { fallback: 0, unit: both('个', '') }),
    ],
  },
  {
    kind: 'section',
    path: ['brakes'],
    title: both('刹车：改动太大先停下问人', 'Brakes: large changes wait for a person'),
    fields: [
      field('moved_percent', '一层里要离开的人超过', 'More than this share would leave a tier', 'int', {
        ...percent,
        fallback: 20,
      }),
      field('moved_at_least', '而且不少于', 'and at least', 'int', { unit: both('人', 'people'), fallback: 20 }),
      field('written_to', '或者要写给的人超过', 'or more would be written to', 'int', {
        unit: both('人', 'people'),
        fallback: 500,
      }),
    ],
  },
  {
    kind: 'section',
    path: ['flapping'],
    title: both('来回换层：太频繁就先停在一层', 'Swinging: who changes tier too often is held'),
    fields: [
      field('max_changes', '最多换层', 'Changes of tier at most', 'int', { unit: both('次', 'times'), fallback: 2 }),
      field('within_days', '在这么多天里', 'Within', 'int', { ...days, fallback: 30 }),
    ],
  },
  {
    kind: 'section',
    path: ['silent_members'],
    title: both('清理沉默成员', 'Cleaning groups of silent members'),
    fields: [
      field('enabled', '开启', 'On', 'switch', { fallback: false }),
      field('ask_with', '先问一声的模板', 'Template that asks first', 'text', { fallback: 'still-there' }),
      field('answer_days', '等多久', 'Days to answer', 'int', { ...days, fallback: 14 }),
      field('share_per_day', '每群每天最多移出', 'At most of a group in a day', 'int', {
        fallback: 2,
        ...percent,
      }),
    ],
  },
];

const tags: readonly Part[] = [
  {
    kind: 'list',
    path: ['groups'],
    title: both('标签组', 'Tag groups'),
    add: both('加一个标签组', 'Add a tag group'),
    entry: {
      name: 'group',
      fields: [field('group', '标签组', 'Group', 'text', { isKey: true })],
      list: {
        kind: 'list',
        path: ['tags'],
        title: both('标签', 'Tags'),
        add: both('加一个标签', 'Add a tag'),
        entry: {
          name: 'name',
          fields: [
            field('name', '名称', 'Name', 'text', { isKey: true }),
            field('enabled', '启用', 'On', 'switch', { fallback: true }),
            field('when', '打上的条件', 'Put on if', 'condition'),
            field('keep', '留住条件', 'Kept while', 'stay'),
            field('min_days', '至少保留', 'Kept at least', 'int', days),
          ],
          blank: { name: '新标签', when: 'orders_total >= 1' },
        },
      },
      blank: { group: '新标签组', tags: [{ name: '新标签', when: 'orders_total >= 1' }] },
    },
  },
];

const metrics: readonly Part[] = [
  {
    kind: 'list',
    path: ['metrics'],
    title: both('自定义指标', 'Own metrics'),
    add: both('加一个指标', 'Add a metric'),
    about: both(
      '把商城、课程等系统报来的事情算成指标，例如“近 30 天上课次数”；规则、模板和分群里马上能用。',
      'Count what shops, courses and other systems report, such as lessons in 30 days; rules, templates and segments can use it at once.',
    ),
    entry: {
      name: 'label',
      fields: [
        field('name', '标识', 'Key', 'text', { isKey: true }),
        field('label', '名称', 'Name', 'label'),
        field('take', '怎么算', 'What is taken', 'choice', {
          ...choice(
            ['count', '次数', 'how often'],
            ['sum', '数值之和', 'sum of the values'],
            ['days', '有过的天数', 'days with one'],
            ['last', '距上次的天数；资料字段：最近的值', 'days since the last; of a profile field its value'],
          ),
        }),
        field('of', '从哪里算', 'Made of', 'text', {
          hint: both(
            'custom.事件名、category.orders.品类、category.views.品类、profile.字段',
            'custom.<name>, category.orders.<category>, category.views.<category>, profile.<field>',
          ),
        }),
        field('window', '时间窗口', 'Window', 'text', { fallback: 'all', hint: both('30d，或 all', '30d, or all') }),
        field('type', '资料字段的类型', 'Type of a profile field', 'choice', {
          ...choice(['text', '文字', 'text'], ['number', '整数', 'whole number']),
        }),
      ],
      blank: {
        name: 'new_metric',
        label: { zh: '新指标', en: 'new metric' },
        take: 'count',
        of: 'custom.lesson_done',
        window: '30d',
      },
    },
  },
];

const segments: readonly Part[] = [
  {
    kind: 'list',
    path: ['segments'],
    title: both('分群', 'Segments'),
    add: both('加一个分群', 'Add a segment'),
    about: both('存下一群人，可当受众和筛选。', 'Members saved under a name, as an audience and a filter.'),
    entry: {
      name: 'label',
      fields: [
        field('key', '标识', 'Key', 'text', { isKey: true }),
        field('label', '名称', 'Name', 'label'),
        field('when', '条件', 'Members for whom', 'condition'),
        field('partition', '属于划分', 'Part of the partition', 'text', {
          hint: both(
            '名字相同的分群：每人恰好在其中一个，发布时证明',
            'Of segments with the same name everybody is in exactly one; proved on publishing',
          ),
        }),
      ],
      blank: { key: 'new_segment', label: { zh: '新分群', en: 'new segment' }, when: 'orders_total >= 1' },
    },
  },
];

const stages: readonly Part[] = [
  {
    kind: 'section',
    path: [],
    title: both('生命周期', 'Lifecycle'),
    fields: [
      field('new_days', '加入多久内算“新”', 'New for', 'int', days),
      field('active_days', '近 30 天来过几天算“活跃”', 'Active with active days in 30', 'int', days),
      field('active_interactions', '或互动几次算“活跃”', 'or with interactions', 'int', { unit: both('次', 'times') }),
      field('dozing_days', '多久没来算“预警”', 'Dozing after', 'int', days),
      field('asleep_days', '多久没来算“沉睡”', 'Asleep after', 'int', days),
      field('lost_days', '多久没来算“流失”', 'Lost after', 'int', days),
      field('probation_days', '“回流”的观察期', 'Probation of the returned', 'int', days),
    ],
  },
  {
    kind: 'list',
    path: ['kol'],
    title: both('KOL 等级（从 1 级起，近 30 天）', 'KOL levels (from 1, in 30 days)'),
    add: both('加一级', 'Add a level'),
    entry: {
      name: '',
      fields: [
        field('messages', '发言', 'Posts', 'int', { unit: both('条', '') }),
        field('active_days', '分布在', 'spread over', 'int', days),
        field('mentions', '被提及', 'Mentions', 'int', { unit: both('次', 'times') }),
        field('mention_people', '提及的人有', 'by', 'int', { unit: both('位', 'people'), fallback: 0 }),
      ],
      blank: { messages: 500, active_days: 28, mentions: 150, mention_people: 20 },
    },
  },
  {
    kind: 'section',
    path: ['rfm'],
    title: both('RFM（最近、频次、金额）', 'RFM (recency, frequency, money)'),
    fields: [
      field('form', '按什么算', 'Made of', 'choice', {
        fallback: 'orders',
        ...choice(
          ['orders', '订单：最近一单、近 90 天单数和消费', 'orders: the last one, number and spend of 90 days'],
          [
            'content',
            '内容：最近到访、近 30 天活跃天数和发言',
            'content: the last visit, active days and posts of 30 days',
          ],
        ),
      }),
      field('recency.at_most', '最近：不超过', 'Recent: at most', 'numbers', { ...days, hint: bounds }),
      field('frequency.at_least', '频次高：至少', 'Frequent: at least', 'numbers', { hint: bounds }),
      field('money.at_least', '金额高：至少', 'Spends: at least', 'numbers', { hint: bounds, ...cents }),
    ],
  },
  {
    kind: 'list',
    path: ['argo'],
    title: both('ARGO 阶段（后一段要先满足前面各段）', 'ARGO stages (each asks for all before it)'),
    add: both('加一个阶段', 'Add a stage'),
    entry: {
      name: 'label',
      fields: [
        field('key', '标识', 'Key', 'text', { isKey: true }),
        field('label', '名称', 'Name', 'label'),
        field('when', '条件', 'Reached if', 'condition'),
      ],
      blank: { key: 'new-stage', label: { zh: '新阶段', en: 'new stage' }, when: 'orders_total >= 1' },
    },
  },
  {
    kind: 'section',
    path: ['key_members'],
    title: both('关键成员', 'Key members'),
    fields: [
      field('share', '得分最高的', 'Highest scores', 'int', { ...percent, fallback: 10 }),
      field('score', '得分怎么算', 'Score', 'text', {
        hint: both('指标的加减乘除', 'Metrics added, subtracted, multiplied and divided'),
      }),
    ],
  },
  {
    kind: 'section',
    path: ['product'],
    title: both('产品阶段与目标', 'Phase of the product, and targets'),
    fields: [
      field('phase', '现在处于', 'Phase', 'choice', {
        fallback: 'introduction',
        ...choice(
          ['introduction', '导入期', 'introduction'],
          ['growth', '成长期', 'growth'],
          ['maturity', '成熟期', 'maturity'],
          ['decline', '衰退期', 'decline'],
        ),
      }),
      field('since', '从哪天起', 'Since', 'text', {
        isOptional: true,
        hint: both(
          '像 2026-12-01；触发条件是「社群进入一个阶段」的消息在那天发',
          'like 2026-12-01; messages about a new phase go on that day',
        ),
      }),
      field('effort.new', '精力给新成员', 'Effort for newcomers', 'int', { ...percent, fallback: 10 }),
      field('effort.active', '给活跃成员', 'for the active', 'int', { ...percent, fallback: 35 }),
      field('effort.paying', '给付费成员', 'for the paying', 'int', { ...percent, fallback: 30 }),
      field('effort.lost', '给沉默与流失', 'for the silent and lost', 'int', { ...percent, fallback: 5 }),
      field('effort.system', '给群与换群', 'for groups and moves', 'int', { ...percent, fallback: 20 }),
      field('goals.potential_to_regular', '目标：潜在升到普通', 'Goal: potential to regular', 'number', {
        ...percent,
        fallback: 1,
      }),
      field('goals.regular_to_active', '目标：普通变活跃', 'Goal: regular to active', 'number', {
        ...percent,
        fallback: 50,
      }),
    ],
  },
];

const sending: readonly Part[] = [
  {
    kind: 'section',
    path: [],
    title: both('主动触达', 'Proactive messages'),
    fields: [
      field('corp_name', '社群名称', 'Name of the community', 'text'),
      field('per_day', '每人每 24 小时最多', 'At most in 24 hours', 'int', { unit: both('条', 'messages') }),
      field('per_month', '每人每 30 天最多', 'At most in 30 days', 'int', { unit: both('条', 'messages') }),
      field('min_gap_days', '两条之间至少隔', 'Between two at least', 'int', { ...days, fallback: 3 }),
      field('quiet', '免打扰', 'Quiet hours', 'between'),
      field('slots', '发送时刻', 'Times of sending', 'times'),
      field('spread_minutes', '同一时刻的分散在几分钟内', 'Minutes over which one moment is spread', 'int', {
        fallback: 0,
      }),
      field('global_holdout', '长期对照组', 'Global holdout', 'int', { ...percent, fallback: 0 }),
      field('wecom_cap', '企业微信的群发上限', 'Limit of WeCom', 'choice', {
        fallback: 'days_in_month',
        ...choice(
          ['days_in_month', '每月与当月天数相同', 'as many a month as it has days'],
          ['seven_a_week', '每周 7 条', 'seven a week'],
          ['one_a_day', '每天 1 条', 'one a day'],
        ),
      }),
    ],
  },
  {
    kind: 'section',
    path: ['mass_send'],
    title: both('群发任务（等员工点一下）', 'Mass-sends (wait for a tap of staff)'),
    fields: [
      field('remind_after_hours', '提醒员工', 'Staff are reminded after', 'numbers', {
        ...hours,
        fallback: [3, 24, 48],
      }),
      field('remind_between', '只在这些时间提醒', 'Reminded between', 'between', {
        fallback: { from: '09:00', to: '20:30' },
      }),
      field('hand_on_after_hours', '没人点就转给别的同事', 'Handed on after', 'number', { ...hours, fallback: 30 }),
      field('give_up_after_hours', '没人点就取消', 'Cancelled after', 'number', { ...hours, fallback: 96 }),
    ],
  },
];

const calendar: readonly Part[] = [
  {
    kind: 'list',
    path: ['holidays'],
    title: both('放假与调休', 'Days off and make-up days'),
    add: both('加一个假期', 'Add a holiday'),
    about: both(
      '国务院公布的放假安排。没写的年份只按周末算。',
      'As the State Council publishes them. Of a year without any, only the weekends count.',
    ),
    entry: {
      name: 'label',
      fields: [
        field('label', '名称', 'Name', 'label'),
        field('from', '从', 'From', 'text', { hint: both('写成 2026-02-15', 'Like 2026-02-15') }),
        field('to', '到', 'To', 'text'),
        field('festivals', '是哪些节日的假（标识）', 'Festivals (keys)', 'texts', { fallback: [] }),
        field('work', '调休上班的日子', 'Make-up workdays', 'texts', { fallback: [] }),
      ],
      blank: { label: { zh: '新假期', en: 'new holiday' }, from: '2027-01-01', to: '2027-01-01' },
    },
  },
  {
    kind: 'list',
    path: ['special_days'],
    title: both('自己的特别日子', 'Special days of our own'),
    add: both('加一个日子', 'Add special days'),
    about: both(
      '考试、旺季、会员日：可以提前祝福，也可以避开。',
      'Exams, the season, a day for members: to write ahead of, or to keep free.',
    ),
    entry: {
      name: 'label',
      fields: [
        field('key', '标识', 'Key', 'text', { isKey: true }),
        field('label', '名称', 'Name', 'label'),
        field('from', '从', 'From', 'text', {
          hint: both('每年写 06-07，某一年写 2026-06-07', '06-07 for every year, 2026-06-07 for one'),
        }),
        field('to', '到（同一天不用写）', 'To (left out: the same day)', 'text'),
      ],
      blank: { key: 'new_days', label: { zh: '新日子', en: 'new days' }, from: '06-07' },
    },
  },
];

const variablesHint = both(
  '可以写 {{ group_name }}、{{ members }}、{{ spoken_percent }}、{{ quiet_days }}、{{ checked_in }}、{{ age_years }}；发出前重新数',
  '{{ group_name }}, {{ members }}, {{ spoken_percent }}, {{ quiet_days }}, {{ checked_in }}, {{ age_years }}; counted again before it goes',
);

const groupTexts: readonly Part[] = [
  {
    kind: 'section',
    path: [],
    title: both('群消息的分寸', 'Posts in groups'),
    fields: [
      field('per_day', '每个群 24 小时最多', 'In one group in 24 hours at most', 'int', {
        ...{ fallback: 1, unit: both('条', 'posts') },
      }),
      field('per_week', '每个群 7 天最多', 'In one group in 7 days at most', 'int', {
        ...{ fallback: 3, unit: both('条', 'posts') },
      }),
      field('send_by', '由谁发', 'Who posts', 'choice', {
        fallback: 'owner',
        ...choice(
          ['owner', '群主点一下群发', 'the owner, by a mass-send'],
          ['chat', '聊天账号，不在群里的由群主发', 'the chat account, else the owner'],
        ),
      }),
    ],
  },
  {
    kind: 'list',
    path: ['texts'],
    title: both('群里发生了什么，就说一句', 'Texts on what happens in a group'),
    add: both('加一段话', 'Add a text'),
    about: both(
      '群安静了、群周年、一半的人打了卡：在群里说一句。',
      'A quiet group, its birthday, half have checked in.',
    ),
    entry: {
      name: 'name',
      fields: [
        field('key', '标识', 'Key', 'text', { isKey: true }),
        field('name', '名称', 'Name', 'text'),
        field('enabled', '启用', 'On', 'switch', { fallback: true }),
        field('trigger.on', '什么时候', 'When', 'choice', {
          ...choice(
            ['group_silent', '群里几天没人说话', 'nobody spoke for some days'],
            ['group_spoken_share', '说过话的人占比', 'the share who have spoken'],
            ['group_checked_in', '当天打卡的人占比', 'the share who checked in today'],
            ['group_birthday', '建群周年、满月', 'the birthday of the group'],
          ),
        }),
        field('trigger.days', '几天（没人说话）', 'Days (nobody spoke)', 'int', { ...days }),
        field('trigger.below', '不到（说过话的）', 'Below (who have spoken)', 'int', { ...percent }),
        field('trigger.reached', '达到（说过话的）', 'Reached (who have spoken)', 'int', { ...percent }),
        field('trigger.percent', '达到（当天打卡的）', 'Reached (who checked in)', 'int', { ...percent }),
        field('trigger.months', '满几个月（不写就是每年）', 'After months (left out: every year)', 'numbers'),
        field('timing', '什么时刻', 'Time', 'other', { fallback: 'slot' }),
        field('tiers', '只在这些层级的群（不写就是所有群）', 'Groups of these tiers only', 'texts', { fallback: [] }),
        field('except_days', '哪些日子不发', 'Not on', 'texts', {
          fallback: [],
          hint: both(
            'weekends、holidays、节日或特别日子的标识',
            'weekends, holidays, keys of festivals or special days',
          ),
        }),
        field('window_hours', '过了多久就不再发', 'Not any more after', 'int', { ...hours, fallback: 24 }),
        field('text', '在群里说', 'Text', 'lines', { hint: variablesHint }),
        field('owner_note', '同时告诉群主', 'Told to the owner', 'lines'),
      ],
      blank: {
        ...{ key: 'new-text', name: '新的一段话', enabled: false, trigger: { on: 'group_silent', days: 3 } },
        text: '大家最近在忙什么？',
      },
    },
  },
  {
    kind: 'list',
    path: ['welcomes'],
    title: both('入群欢迎语', 'Welcomes for newcomers'),
    add: both('加一条欢迎语', 'Add a welcome'),
    about: both(
      '系统存进企业微信，群主在群设置里自己选用。%NICKNAME% 会变成新人的昵称。',
      "Kept at WeCom; owners choose one in the settings of their group. %NICKNAME% becomes the newcomer's name.",
    ),
    entry: {
      name: 'name',
      fields: [
        field('key', '标识', 'Key', 'text', { isKey: true }),
        field('name', '名称', 'Name', 'text'),
        field('text', '欢迎语', 'Text', 'lines', {
          hint: both('最多 3000 字节，约 1000 个字', 'At most 3000 bytes'),
        }),
        field('link.title', '链接标题', 'Title of a link', 'text'),
        field('link.url', '链接网址', 'Address of the link', 'text'),
        field('notify', '新加时通知群主', 'Owners are told of a new one', 'switch', { fallback: true }),
      ],
      blank: { key: 'new-welcome', name: '新的欢迎语', text: '欢迎 %NICKNAME% 来到群里！' },
    },
  },
];

const operators: readonly Part[] = [
  {
    kind: 'section',
    path: [],
    title: both('可以指挥机器人的同事', 'Colleagues who may command the bot'),
    fields: [field('operators', '企业微信账号（userid）', 'Userids of WeCom', 'texts')],
  },
];

const contactWays: readonly Part[] = [
  {
    kind: 'list',
    path: ['ways'],
    title: both('渠道活码', 'Contact codes'),
    add: both('加一个渠道码', 'Add a code'),
    about: both(
      '一个渠道一个码，扫码来的人会带上渠道标签。',
      'One code for each channel; who comes by it gets its tags.',
    ),
    entry: {
      name: 'name',
      fields: [
        field('key', '标识', 'Key', 'text', {
          isKey: true,
          hint: both('印出去后不能改', 'It cannot change once the code is printed'),
        }),
        field('name', '名称', 'Name', 'text'),
        field('staff', '接待的同事（userid）', 'Staff (userids)', 'texts'),
        field('skip_verify', '免验证直接加好友', 'Added without confirmation', 'switch', { fallback: true }),
        field('tags', '扫码后打的标签', 'Tags put on', 'texts', { fallback: [] }),
        field('welcome', '欢迎模板的标识', 'Key of the welcome template', 'text'),
      ],
      blank: { key: 'new-way', name: '新渠道', staff: ['userid'] },
    },
  },
  {
    kind: 'section',
    path: ['vip'],
    title: both('老客专属码', "Members' own codes"),
    fields: [
      field('tiers', '自动发码的层级（标识）', 'Tiers that get one (keys)', 'texts', { fallback: [] }),
      field('staff', '不是好友时由谁接待（userid）', 'Staff for strangers (userids)', 'texts', { fallback: [] }),
      field('skip_verify', '免验证直接加好友', 'Added without confirmation', 'switch', { fallback: true }),
      field('tags', '扫码后打的标签', 'Tags put on', 'texts', { fallback: [] }),
    ],
  },
  {
    kind: 'section',
    path: [],
    title: both('标签组', 'Tag group'),
    fields: [field('tag_group', '渠道标签放在', 'Tags of codes are in', 'text', { fallback: '渠道' })],
  },
];

const words: readonly Part[] = [
  {
    kind: 'list',
    path: ['lists'],
    title: both('用词清单', 'Lists of words'),
    add: both('加一个清单', 'Add a list'),
    about: both(
      '广告法不许说的、自己不想说的：保存模板时会查。',
      'What the law forbids and what you do not want to say: asked when a template is saved.',
    ),
    entry: {
      name: 'label',
      fields: [
        field('key', '标识', 'Key', 'text', { isKey: true }),
        field('label', '为什么不说', 'Why not', 'label'),
        field('severity', '写了会怎样', 'When it is written', 'choice', {
          ...choice(['refuse', '不让保存', 'it cannot be saved'], ['warn', '提醒一下', 'a warning is shown']),
        }),
        field('words', '词', 'Words', 'texts'),
        field('except', '这些里面的不算', 'Harmless within these', 'texts', { fallback: [] }),
      ],
      blank: { key: 'our-own', label: { zh: '我们不说', en: 'not our way' }, severity: 'refuse', words: ['亲'] },
    },
  },
];

/** The form of every document of the rules, by its name. */
export const documentForms: Readonly<Record<string, readonly Part[]>> = {
  ...{ tiers, tags, metrics, segments, stages, sending, calendar, words, operators },
  'contact-ways': contactWays,
  'group-texts': groupTexts,
};
