/** Rule sets that claim to put every member into exactly one of them, with where the gaps are (as conditions) and which pairs overlap. */
export interface MeceCase {
  readonly name: string;
  readonly rules: Readonly<Record<string, string>>;
  readonly isOrdered?: boolean;
  /** One condition for each region that no rule covers. */
  readonly gaps?: readonly string[];
  readonly overlaps?: readonly string[];
  readonly never?: readonly string[];
  readonly unreachable?: readonly string[];
}

export const meceCases: readonly MeceCase[] = [
  {
    name: 'half-open intervals that fit',
    rules: { none: 'orders_total == 0', few: 'orders_total >= 1 && orders_total < 3', many: 'orders_total >= 3' },
  },
  {
    name: 'off by one: a hole of one value',
    rules: { quiet: 'messages_30d < 10', talks: 'messages_30d > 10 && messages_30d <= 60', loud: 'messages_30d > 60' },
    gaps: ['messages_30d == 10'],
  },
  {
    name: 'off by one: one value twice',
    rules: { seldom: 'checkins_30d <= 10', often: 'checkins_30d >= 10' },
    overlaps: ['seldom & often'],
  },
  {
    name: 'never ordered is no number',
    rules: {
      recent: 'days_since_last_order <= 30',
      cooling: 'days_since_last_order > 30 && days_since_last_order <= 90',
      cold: 'days_since_last_order > 90',
    },
    gaps: ['days_since_last_order == null'],
  },
  {
    name: 'a negation takes the nulls, and then they are there twice',
    rules: {
      awake: 'days_since_last_seen < 60',
      silent: '!(days_since_last_seen < 60)',
      never_seen: 'days_since_last_seen == null',
    },
    overlaps: ['silent & never_seen'],
  },
  {
    name: 'two booleans, three of four corners',
    rules: {
      reachable: 'is_contact && !opted_out',
      silenced: 'is_contact && opted_out',
      gone: '!is_contact && opted_out',
    },
    gaps: ['!is_contact && !opted_out'],
  },
  {
    name: 'places: one twice, all others and the unknown left out',
    rules: {
      north: "region in ['北京', '天津']",
      east: "region in ['上海', '杭州', '南京']",
      delta: "region == '苏州' || region == '上海'",
    },
    gaps: ["region != null && !(region in ['北京', '天津', '上海', '杭州', '南京', '苏州'])", 'region == null'],
    overlaps: ['east & delta'],
  },
  {
    name: 'stages: what is left over, unknown included, by negation',
    rules: {
      bright: "stage in ['new', 'active', 'paying']",
      dark: "stage in ['dozing', 'asleep', 'lost']",
      rest: "!(stage in ['new', 'active', 'paying']) && !(stage in ['dozing', 'asleep', 'lost'])",
    },
  },
  {
    name: 'tags: who holds both',
    rules: { vip: "'VIP' in tags", colleague: "'员工' in tags", others: "!('VIP' in tags) && !('员工' in tags)" },
    overlaps: ['vip & colleague'],
  },
  {
    name: 'two metrics: a box that is missing',
    rules: {
      buys_and_talks: 'orders_total >= 1 && messages_30d >= 10',
      buys: 'orders_total >= 1 && messages_30d < 10',
      talks: 'orders_total == 0 && messages_30d >= 20',
      silent: 'orders_total == 0 && messages_30d < 10',
    },
    gaps: ['orders_total == 0 && messages_30d >= 10 && messages_30d < 20'],
  },
  {
    name: 'three metrics: the eight RFM segments with one bound shut twice, and who never ordered',
    rules: {
      important_value: 'days_since_last_order <= 30 && orders_90d >= 3 && spend_90d_cents >= 50000',
      important_develop: 'days_since_last_order <= 30 && orders_90d < 3 && spend_90d_cents >= 50000',
      important_keep: 'days_since_last_order > 30 && orders_90d >= 3 && spend_90d_cents >= 50000',
      important_win_back: 'days_since_last_order > 30 && orders_90d < 3 && spend_90d_cents >= 50000',
      general_value: 'days_since_last_order <= 30 && orders_90d >= 3 && spend_90d_cents < 50000',
      general_develop: 'days_since_last_order <= 30 && orders_90d < 3 && spend_90d_cents < 50000',
      general_keep: 'days_since_last_order > 30 && orders_90d >= 3 && spend_90d_cents <= 50000',
      general_win_back: 'days_since_last_order > 30 && orders_90d < 3 && spend_90d_cents < 50000',
    },
    gaps: ['days_since_last_order == null'],
    overlaps: ['important_keep & general_keep'],
  },
  {
    name: 'the opposite of both is not both opposites',
    rules: {
      both: 'orders_total >= 1 && messages_total >= 1',
      neither: '!(orders_total >= 1) && !(messages_total >= 1)',
    },
    gaps: ['orders_total >= 1 && messages_total == 0', 'orders_total == 0 && messages_total >= 1'],
  },
  {
    name: 'a ternary whose branches do not fit',
    rules: {
      warm: 'is_contact ? orders_total >= 1 : messages_total >= 10',
      cool: 'is_contact ? orders_total == 0 : messages_total < 9',
    },
    gaps: ['!is_contact && messages_total == 9'],
  },
  {
    name: 'arithmetic over whole numbers has no halves',
    rules: { keen: 'orders_90d * 2 >= 6', slack: 'orders_90d * 2 <= 4' },
  },
  {
    name: 'an average nobody has without an order',
    rules: {
      big_baskets: 'spend_total_cents / orders_total >= 10000',
      small_baskets: 'spend_total_cents / orders_total < 10000',
    },
    gaps: ['orders_total == 0'],
  },
  {
    name: 'always, never, and impossible',
    rules: { everyone: 'true', nobody: 'false', muddle: 'orders_90d > 5 && orders_90d < 5', buyers: 'orders_90d >= 1' },
    overlaps: ['everyone & buyers'],
    never: ['nobody', 'muddle'],
  },
  {
    name: 'a gap that no member can be in',
    rules: { buying: 'orders_90d >= 1', not_buying: 'orders_90d == 0 && orders_30d == 0' },
  },
  {
    name: 'a threshold that comes from the data may not be there',
    rules: {
      top_fifth: 'spend_90d_cents >= spend_90d_top_fifth_cents',
      below: 'spend_90d_cents < spend_90d_top_fifth_cents',
    },
    gaps: ['spend_90d_top_fifth_cents == null'],
  },
  {
    name: 'the shipped tiers, from the highest: the first that holds wins',
    rules: {
      loyal:
        '(orders_90d >= 3 && spend_90d_cents >= spend_90d_top_fifth_cents || kol_level >= 3) && days_since_last_seen <= 30',
      member: 'orders_total >= 1',
      regular: 'is_contact || messages_total > 0 || checkins_total > 0 || views_total > 0',
      potential: 'true',
    },
    isOrdered: true,
  },
  {
    name: 'tiers in the wrong order: one can never be reached',
    rules: { member: 'orders_total >= 1', loyal: 'orders_90d >= 3', regular: 'is_contact', potential: 'true' },
    isOrdered: true,
    unreachable: ['loyal'],
  },
];
