import { contactWayStore } from '../../features/contact-ways/contact-way.store.js';
import { nameToCall } from '../../domain/messages/nickname.js';
import { friendsBy } from '../../insights/member-page.js';
import type { Sql } from '../../platform/database/sql.js';
import { html, type Html } from '../html/html.js';
import type { ShownMember } from '../member-reader.js';
import { dateWords, type View } from './view.js';

const FRIENDS_SHOWN = 30;

/** The picture of a member's own code; null while there is none. */
export async function inviteCodeOf(sql: Sql, { evaluation }: ShownMember): Promise<string | null> {
  const way = await contactWayStore.ofMember(sql, evaluation.id);
  return way && !way.retired ? way.qr : null;
}

/** `/m/invite`: the member's own code, and who came by it. */
export async function invitePage(sql: Sql, view: View): Promise<Html> {
  const { words, member } = view;
  const way = await contactWayStore.ofMember(sql, member.evaluation.id);
  const { friends, count } = way
    ? await friendsBy(sql, way.state, { limit: FRIENDS_SHOWN, timeZone: member.context.timeZone })
    : { friends: [], count: 0 };
  return html`<section class="card">
      <h1>${words.invite.title}</h1>
      ${code(view, way && !way.retired ? way : undefined)}
    </section>
    <section class="card">
      <h2>${words.invite.friends}</h2>
      ${
        count === 0
          ? html`<p class="muted">${words.invite.nobody}</p>`
          : html`<p>${words.invite.count(count)}</p>
              <ul class="rows">
                ${friends.map(
                  ({ name, day }) =>
                    html`<li>
                      <span>${name === '' ? words.invite.someone : nameToCall(name)}</span>
                      <time>${dateWords(day, words)}</time>
                    </li>`,
                )}
              </ul>`
      }
    </section>`;
}

function code(
  { words, member, formFields }: View,
  way: { readonly qr: string | null; readonly problem: string | null } | undefined,
): Html {
  if (way?.qr)
    return html`<p>${words.invite.hint}</p>
      <img class="code" src="/m/pictures/invite" width="240" height="240" alt="${words.invite.code}" />
      <p class="muted">${words.invite.press}</p>`;
  if (!member.context.abilities.has('ensure_contact_way') || way?.problem === 'no_staff')
    return html`<p>${words.invite.unavailable}</p>`;
  if (way && way.problem === null) return html`<p>${words.invite.making}</p>`;
  return html`<p>${words.invite.hint}</p>
    <form method="post" action="/m/acts/invite">${formFields}<button class="main">${words.invite.make}</button></form>`;
}
