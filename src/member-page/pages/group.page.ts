import { groupOffer, type GroupOffer } from '../../features/moves/ask-for-move.js';
import { groupStore } from '../../features/groups/group.store.js';
import { groupWords } from '../../insights/words/group-words.js';
import type { Sql } from '../../platform/database/sql.js';
import { html, type Html } from '../html/html.js';
import type { ShownMember } from '../member-reader.js';
import type { View } from './view.js';

/** What the page shows of the group of a member's tier. `ask`: the member has to ask for the code, as by 换群. */
export type GroupPlace = Exclude<GroupOffer, { readonly kind: 'start' }> | { readonly kind: 'ask' };

/** An open move shows its code once the code is its invitation: the act asks for it, and then the move counts as invited. */
export async function groupPlaceOf(sql: Sql, { evaluation, context, now }: ShownMember): Promise<GroupPlace> {
  const offer = await groupOffer(sql, { context, now }, evaluation);
  if (offer.kind === 'start') return { kind: 'ask' };
  return offer.kind === 'code' && offer.move?.state === 'planned' ? { kind: 'ask' } : offer;
}

/** `/m/group`: the group of the member's tier. */
export async function groupPage(sql: Sql, view: View): Promise<Html> {
  const { words, language, member } = view;
  const place = await groupPlaceOf(sql, member);
  const elsewhere = place.kind === 'inside' ? null : await nameOfOtherGroup(sql, member);
  return html`<section class="card">
      <h1>${words.group.yours(member.tier.label[language])}</h1>
      ${elsewhere !== null && html`<p>${words.group.insideOther(elsewhere)}</p>`} ${placeContent(place, view)}
    </section>
    ${place.kind === 'code' && elsewhere !== null && html`<p class="note">${words.group.move}</p>`}
    ${
      ['full', 'no_group', 'needs_staff', 'waits_for_approval'].includes(place.kind) &&
      html`<p class="note"><a href="/m/help#ask">${words.group.ask}</a></p>`
    }`;
}

function placeContent(place: GroupPlace, { words, language, formFields }: View): Html {
  const act = (hint: string, press: string): Html =>
    html`<p>${hint}</p>
      <form method="post" action="/m/acts/change-group">${formFields}<button class="main">${press}</button></form>`;
  switch (place.kind) {
    case 'code':
      return html`<p class="group-name">${place.group}</p>
        <img class="code" src="/m/pictures/group" width="240" height="240" alt="${words.group.code}" />
        <p>${words.group.press}</p>
        <p class="muted">${words.group.pressComputer}</p>`;
    case 'ask':
      return act(words.group.changeHint, words.group.change);
    case 'full':
      return place.isAsked
        ? html`<p>${groupWords(place)[language]}</p>`
        : act(words.group.full, words.group.requestGroup);
    default:
      return html`<p>${groupWords(place)[language]}</p>`;
  }
}

async function nameOfOtherGroup(sql: Sql, { evaluation }: ShownMember): Promise<string | null> {
  const other = evaluation.memberships.find(({ tier }) => tier !== null);
  const name = other ? ((await groupStore.byId(sql, other.group))?.name ?? '') : '';
  return name === '' ? null : name;
}
