import type { StoredPoolGroup } from '../../domain/moves/group.js';
import { groupStore } from '../../features/groups/group.store.js';
import { moveStore } from '../../features/moves/move.store.js';
import { taskStore } from '../../features/tasks/task.store.js';
import type { Sql } from '../../platform/database/sql.js';
import { html, type Html } from '../html/html.js';
import type { ShownMember } from '../member-reader.js';
import type { View } from './view.js';

/** Where a member finds the group of their tier. */
export type GroupPlace =
  | { readonly kind: 'inside'; readonly name: string }
  | { readonly kind: 'code'; readonly name: string; readonly picture: string }
  | { readonly kind: 'waits_for_approval' }
  | { readonly kind: 'full' }
  | { readonly kind: 'none' };

/**
 * Prefers the group that a move has promised the member, then the fullest one that has room: a half-empty group is
 * no community. A code leads on to other groups of its pool when its own is full (`chatsOfWay`).
 */
export function chooseGroup(
  pool: readonly StoredPoolGroup[],
  inside: ReadonlySet<number>,
  promised: number | null,
): GroupPlace {
  const own = pool.find((group) => inside.has(group.id));
  if (own) return { kind: 'inside', name: own.name };
  const active = pool.filter((group) => group.active);
  const open = active
    .flatMap((group) => (group.join.qr === null ? [] : [{ ...group, picture: group.join.qr }]))
    .filter((group) => group.id === promised || group.members + group.promised < group.capacity)
    .sort((a, b) => Number(b.id === promised) - Number(a.id === promised) || b.members - a.members || a.id - b.id);
  if (open[0]) return { kind: 'code', name: open[0].name, picture: open[0].picture };
  return {
    kind:
      active.some((group) => group.members + group.promised < group.capacity) || active.length === 0 ? 'none' : 'full',
  };
}

export async function groupPlaceOf(sql: Sql, { evaluation, tier }: ShownMember): Promise<GroupPlace> {
  const pool = await groupStore.pools(sql, tier.key);
  const move = (await moveStore.open(sql, [evaluation.id])).get(evaluation.id);
  const inside = new Set<number>(evaluation.memberships.map(({ group }) => group));
  const place = chooseGroup(pool, inside, move?.toGroup ?? null);
  const waits = move && (await taskStore.waitingForApproval(sql, [move.id])).has(move.id);
  return waits && place.kind !== 'inside' ? { kind: 'waits_for_approval' } : place;
}

/** `/m/group`: the group of the member's tier. */
export async function groupPage(sql: Sql, view: View): Promise<Html> {
  const { words, language, member } = view;
  const place = await groupPlaceOf(sql, member);
  const elsewhere = place.kind === 'inside' ? null : await nameOfOtherGroup(sql, member);
  return html`<section class="card">
      <h1>${words.group.yours(member.tier.label[language])}</h1>
      ${elsewhere !== null && html`<p>${words.group.insideOther(elsewhere)}</p>`} ${placeWords(place, words)}
    </section>
    ${place.kind === 'code' && elsewhere !== null && html`<p class="note">${words.group.move}</p>`}
    ${
      (place.kind === 'full' || place.kind === 'none') &&
      html`<p class="note"><a href="/m/help#ask">${words.group.ask}</a></p>`
    }`;
}

function placeWords(place: GroupPlace, words: View['words']): Html {
  switch (place.kind) {
    case 'inside':
      return html`<p class="group-name">${place.name}</p>
        <p>${words.group.inside}</p>`;
    case 'code':
      return html`<p class="group-name">${place.name}</p>
        <img class="code" src="/m/pictures/group" width="240" height="240" alt="${words.group.code}" />
        <p>${words.group.press}</p>
        <p class="muted">${words.group.pressComputer}</p>`;
    case 'waits_for_approval':
      return html`<p>${words.group.approval}</p>`;
    case 'full':
      return html`<p>${words.group.full}</p>`;
    case 'none':
      return html`<p>${words.group.none}</p>`;
  }
}

async function nameOfOtherGroup(sql: Sql, { evaluation }: ShownMember): Promise<string | null> {
  const other = evaluation.memberships.find(({ tier }) => tier !== null);
  const name = other ? ((await groupStore.byId(sql, other.group))?.name ?? '') : '';
  return name === '' ? null : name;
}
