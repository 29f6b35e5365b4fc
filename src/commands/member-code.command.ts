import { openMemberWay } from '../features/contact-ways/contact-way-requests.js';
import { contactWayStore } from '../features/contact-ways/contact-way.store.js';
import type { Command } from './command.js';
import { findMemberByName, notFound } from './find-member.js';

/** Sends a member's own code. If WeCom has to create it first, the picture is sent as soon as it exists. */
export const memberCodeCommand: Command = {
  words: ['专属码', 'code'],
  role: 'operator',
  usage: '专属码 <昵称或客户ID>',
  does: '要一位成员的专属码，扫码来的新朋友记在他名下',
  needsArgument: true,
  async run(invocation) {
    const { db, engine, request } = invocation;
    const found = await findMemberByName(invocation, '专属码');
    if ('words' in found) return notFound(found);
    const { member, displayName } = found;
    const context = await engine.context();
    if (!context.abilities.has('ensure_contact_way')) return { text: '没有接上企业微信，做不了专属码。' };
    const way = await contactWayStore.ofMember(db.read, member);
    if (way && !way.retired && way.qr !== null) return { text: `${displayName} 的专属码`, picture: way.qr };
    const asker = request.from.kind === 'staff' ? request.from.staff : null;
    return {
      text: `正在做 ${displayName} 的专属码，好了马上发给你。`,
      write: async (tx, now) => {
        const opened = await openMemberWay({ tx, context, now }, member);
        if (opened?.problem === 'no_staff')
          return `${displayName} 还没有同事接待，做不了专属码。请先让同事加 TA 为好友。`;
        if (opened && asker !== null) await contactWayStore.setAskedBy(tx, opened.id, asker);
        return undefined;
      },
    };
  },
};
