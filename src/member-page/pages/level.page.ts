import { checkInStreak } from '../../domain/check-ins.js';
import { DAY_MS, dayOf } from '../../domain/day.js';
import type { TierRules } from '../../domain/ruleset.js';
import { easiestWay, figuresOf, type Figure } from '../../domain/tiers/next-step.js';
import { decisionStore, type StoredDecision } from '../../features/audit/decision.store.js';
import { nextTier, waysInto, waysToStay } from '../../features/messages/template-values.js';
import { dailyCountStore } from '../../features/members/daily-count.store.js';
import { decisionForMember, inOrderForMember } from '../../insights/words/member-decision-words.js';
import { asTierLabel, lockedTierWords } from '../../insights/words/tier-words.js';
import { amountLabel, amountWords } from '../../insights/words/value-words.js';
import type { Sql } from '../../platform/database/sql.js';
import { html, type Html } from '../html/html.js';
import { calendarWeeks } from '../check-in-calendar.js';
import type { ShownMember } from '../member-reader.js';
import { dateWords, momentDate, type View } from './view.js';

const DECISIONS_SHOWN = 5;

/** `/m`: the level, the next step, the check-in, and why. */
export async function levelPage(sql: Sql, view: View): Promise<Html> {
  const { member } = view;
  const decisions = inOrderForMember(
    await decisionStore.latest(sql, member.evaluation.id, 'tier', DECISIONS_SHOWN),
    await decisionStore.latest(sql, member.evaluation.id, 'move', 2),
  );
  const days = new Set(await dailyCountStore.checkInDays(sql, member.evaluation.id, member.today));
  return html`${hero(view)} ${steps(view)} ${checkIn(view, days)} ${why(view, decisions)}`;
}

function hero({ words, language, member }: View): Html {
  const { tiers } = member.context.ruleset;
  const { graceUntil } = member.evaluation.stored;
  const label = member.tier.label[language];
  const grace =
    graceUntil === null ? null : words.level.grace(label, dateWords(dayOf(graceUntil, member.context.timeZone), words));
  return html`<section class="hero">
    <h1><span class="small">${words.level.now}</span> <span class="tier-name">${label}</span></h1>
    ${grace && html`<p>${grace}</p>`}
    <ol class="ladder" aria-label="${words.level.ladder}">
      ${tiers.map((tier, rank) => rung({ tier, rank, at: member.rank }, words, language))}
    </ol>
  </section>`;
}

function rung(
  { tier, rank, at }: { readonly tier: TierRules; readonly rank: number; readonly at: number },
  words: View['words'],
  language: View['language'],
): Html {
  const label = tier.label[language];
  if (rank === at)
    return html`<li class="here" aria-current="step">${label}<span class="unseen"> (${words.level.here})</span></li>`;
  if (rank < at) return html`<li class="passed">${label}<span class="unseen"> (${words.level.passed})</span></li>`;
  return html`<li>${label}</li>`;
}

function steps(view: View): Html {
  const { words, language, member } = view;
  const { evaluation, context, tier } = member;
  const next = nextTier(context.ruleset, tier.key);
  const stay = easiestWay(waysToStay(tier, evaluation, context.ruleset));
  const figures = figuresFor(member, next);
  return html`<section class="card">
    <h2>${next ? words.level.up(next.label[language]) : words.level.title}</h2>
    <p class="step">${upWords(view, next)}</p>
    ${
      stay &&
      html`<h3>${words.level.stay(tier.label[language])}</h3>
        <p class="step">${stay[language]}</p>`
    }
    ${
      figures.length > 0 &&
      html`<h3>${words.level.figures}</h3>
        <dl class="figures">${figures.map((figure) => figureRow(figure, view))}</dl>`
    }
  </section>`;
}

function upWords({ words, language, member }: View, next: TierRules | null): string {
  const { evaluation, context } = member;
  if (evaluation.stored.state.tierLock !== null) return lockedTierWords[language];
  if (next === null) return words.level.top;
  const { values, tagNames } = evaluation.decision;
  if (next.enabled !== false && next.enter?.holds(values, tagNames) === true)
    return words.level.enough(next.label[language]);
  return easiestWay(waysInto(next, evaluation, context.ruleset))?.[language] ?? words.level.upNoWay;
}

/** What counts for the next tier; at the top, for staying there. */
function figuresFor({ evaluation, tier }: ShownMember, next: TierRules | null): readonly Figure[] {
  const rule = next ? (next.enabled === false ? null : next.enter) : (tier.stay ?? tier.enter);
  const { values, tagNames: tags } = evaluation.decision;
  return rule === null || evaluation.stored.state.tierLock !== null ? [] : figuresOf(rule, { values, tags });
}

function figureRow({ metric, have, need }: Figure, { language, words }: View): Html {
  const label = amountLabel(metric)[language];
  const [had, needed] = [amountWords(metric, have), amountWords(metric, need)];
  return html`<div>
    <dt>${label}</dt>
    <dd>
      <span class="count"
        ><span class="unseen">${words.level.have} </span><b>${had}</b> /
        <span class="unseen">${words.level.need} </span>${needed}</span
      >
      <progress max="${need}" value="${Math.max(0, Math.min(have, need))}" aria-label="${label}">
        ${had} / ${needed}
      </progress>
    </dd>
  </div>`;
}

function checkIn({ words, member, formFields }: View, days: ReadonlySet<number>): Html {
  const { current: streak, today: isDone } = checkInStreak([...days], member.today);
  return html`<section class="card" id="check-in">
    <div class="row">
      <div>
        <h2>${words.checkin.title}</h2>
        <p class="muted">${streak > 0 ? words.checkin.streak(streak) : words.checkin.noStreak}</p>
      </div>
      ${
        isDone
          ? html`<p class="badge">${words.checkin.done}</p>`
          : html`<form method="post" action="/m/acts/check-in">
              ${formFields}<button class="main">${words.checkin.press}</button>
            </form>`
      }
    </div>
    <table class="calendar">
      <caption>
        ${words.checkin.calendar}
      </caption>
      <thead>
        <tr>
          ${words.checkin.weekdays.map((weekday) => html`<th scope="col">${weekday}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${calendarWeeks(member.today).map(
          (week) =>
            html`<tr>
              ${week.map((day) => calendarDay(day, { days, today: member.today }, words))}
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}

function calendarDay(
  day: number | null,
  { days, today }: { readonly days: ReadonlySet<number>; readonly today: number },
  words: View['words'],
): Html {
  if (day === null) return html`<td></td>`;
  const date = new Date(day * DAY_MS).getUTCDate();
  const marks = [...(day === today ? [words.checkin.today] : []), ...(days.has(day) ? [words.checkin.marked] : [])];
  return html`<td class="${days.has(day) ? 'on' : ''}${day === today ? ' today' : ''}">
    <span>${date}</span>${marks.length > 0 && html`<span class="unseen"> ${words.listed(marks)}</span>`}
  </td>`;
}

function why(view: View, decisions: readonly StoredDecision[]): Html {
  const { words } = view;
  const shown = decisions.flatMap((decision) => decisionEntry(decision, view) ?? []).slice(0, DECISIONS_SHOWN);
  return html`<section class="card" id="why">
    <h2>${words.level.why}</h2>
    ${
      shown.length === 0
        ? html`<p class="muted">${words.level.whyNothing}</p>`
        : html`<ol class="history">
            ${shown}
          </ol>`
    }
  </section>`;
}

/** Null for a decision that says nothing to the member. */
function decisionEntry(decision: StoredDecision, view: View): Html | null {
  const { language, member } = view;
  const words = decisionForMember(decision, asTierLabel(member.context.ruleset));
  if (words === null) return null;
  return html`<li>
    <time>${momentDate(decision.at, view)}</time>
    <p>${words.said[language]}</p>
    ${words.grounds !== null && html`<p class="muted">${words.grounds[language]}</p>`}
  </li>`;
}
