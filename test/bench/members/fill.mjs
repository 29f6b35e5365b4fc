// Members in a product's file, by SQL: a million take half a minute.
import { openToWrite } from '../processes/sqlite.mjs';

export const DAY_MS = 86_400_000;
export const dayOf = (at) => Math.floor((at + 8 * 3_600_000) / DAY_MS);

/**
 * `size` members who came 400 days before `now` and were not seen since, and `active` of them who were seen on several of the
 * last days. The others were reviewed within the last half year, as in a product that has run for long.
 */
export async function fillMembers(file, size, { active, now }) {
  const today = dayOf(now);
  const people = numbersTo(size);
  await execute(
    file,
    `INSERT INTO member (id, name, created_at, first_seen_at, last_seen_at, joined_at, reviewed_day, due_day, tier_since, stage_since)
      ${people} SELECT id, 'member ' || id, 1, ${now - 400 * DAY_MS}, 1, 1, 1,
      CASE WHEN id <= ${active} THEN 0 ELSE ${today} + id % 180 END, 1, 1 FROM n;
    INSERT INTO member_metrics (member_id, tier, stage, is_contact, opted_out, messages_30d, last_seen_day, joined_day)
      ${people} SELECT id, 'potential', CASE WHEN id <= ${active} THEN 'active' ELSE 'lost' END, 0, 0,
      CASE WHEN id <= ${active} THEN 1 ELSE 0 END,
      CASE WHEN id <= ${active} THEN ${today} - id % 3 ELSE ${today} - 380 END, ${today} - 400 FROM n;
    INSERT INTO member_day (member_id, day, messages, seen)
      ${people}, d(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM d WHERE k < 5)
      SELECT id, ${today} - id % 3 - k * (5 + id % 5), 2, 1 FROM n CROSS JOIN d WHERE id <= ${active};
    INSERT INTO member_tag (member_id, name, grp, origin, want, confirmed, confirmed_at, since)
      ${people} SELECT id, '潜在', '层级', 'rule', 1, 1, 1, 1 FROM n
      UNION ALL SELECT id, '流失', '生命周期', 'rule', 1, 1, 1, 1 FROM n WHERE id > ${active}
      UNION ALL SELECT id, '只看不说', '行为', 'rule', 1, 1, 1, 1 FROM n WHERE id > ${active};
    UPDATE corp_figure SET value = 1 WHERE name = 'corp_messages_30d';`,
  );
}

/**
 * Gives the members of `fillMembers` names and figures of a living community: a third are contacts, a tenth spoke within 30
 * days, a seventh ordered. Nobody is due: their figures are those of today.
 */
export async function enliven(file, { now }) {
  const today = dayOf(now);
  // Numbers that look drawn, the same every time.
  const drawn = (salt, below) => `(((member_id * 2654435761 + ${salt}) % 4294967291) / 7 % ${below})`;
  const among = (salt, texts) =>
    `substr('${texts.map((text) => text.padEnd(2)).join('')}', 1 + 2 * (((id * 2654435761 + ${salt}) % 4294967291) / 7 % ${texts.length}), 2)`;
  const names = ['王', '李', '张', '刘', '陈', '杨', '黄', '赵', '吴', '周', '徐', '孙', '马', '朱', '胡', '林'];
  const given = [
    '小雨',
    '子涵',
    '浩然',
    '欣怡',
    '宇轩',
    '诗涵',
    '梓萱',
    '佳怡',
    '一诺',
    '俊杰',
    '思远',
    '雅婷',
    '晨曦',
  ];
  await execute(
    file,
    `UPDATE member SET name = trim(${among(1, names)}) || ${among(2, given)} || id, due_day = ${today + 30},
      reviewed_day = ${today}, external_userid = printf('wm%030d', id),
      last_seen_at = ${now} - (((id * 2654435761 + 3) % 4294967291) / 7 % 4000) * 8640000;
    UPDATE member_metrics SET is_contact = ${drawn(4, 3)} = 0, groups_count = ${drawn(5, 4)} = 0,
      messages_30d = CASE WHEN ${drawn(6, 10)} = 0 THEN ${drawn(7, 60)} ELSE 0 END,
      messages_total = CASE WHEN ${drawn(6, 10)} < 3 THEN ${drawn(8, 900)} ELSE 0 END,
      posts_30d = CASE WHEN ${drawn(6, 10)} = 0 THEN ${drawn(9, 20)} ELSE 0 END,
      active_days_30d = CASE WHEN ${drawn(6, 10)} < 2 THEN ${drawn(10, 30)} ELSE 0 END,
      orders_total = CASE WHEN ${drawn(11, 7)} = 0 THEN ${drawn(12, 12)} ELSE 0 END,
      orders_90d = CASE WHEN ${drawn(11, 7)} = 0 THEN ${drawn(12, 12)} / 3 ELSE 0 END,
      spend_total_cents = CASE WHEN ${drawn(11, 7)} = 0 THEN ${drawn(12, 12)} * ${drawn(13, 40000)} ELSE 0 END,
      spend_90d_cents = CASE WHEN ${drawn(11, 7)} = 0 THEN ${drawn(12, 12)} / 3 * ${drawn(13, 40000)} ELSE 0 END,
      last_order_day = CASE WHEN ${drawn(11, 7)} = 0 THEN ${today} - ${drawn(14, 500)} END,
      views_30d = ${drawn(15, 9)}, checkins_30d = CASE WHEN ${drawn(16, 9)} = 0 THEN ${drawn(17, 30)} ELSE 0 END,
      last_seen_day = ${today} - ${drawn(3, 4000)} / 10,
      tier = CASE ${drawn(18, 20)} WHEN 0 THEN 'loyal' WHEN 1 THEN 'member' WHEN 2 THEN 'member' WHEN 3 THEN 'regular' ELSE 'potential' END,
      stage = CASE ${drawn(19, 4)} WHEN 0 THEN 'active' WHEN 1 THEN 'sleeping' WHEN 2 THEN 'new' ELSE 'lost' END;`,
  );
}

const numbersTo = (size) => `WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < ${size})`;

async function execute(file, statements) {
  const db = await openToWrite(file);
  // Nobody else has the file, and a power cut would only spoil a benchmark.
  await db.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -262144;');
  await db.exec(`BEGIN; ${statements} COMMIT;`);
  await db.close();
}
