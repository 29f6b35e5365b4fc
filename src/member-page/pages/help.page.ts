import { DAY_MS } from '../../domain/day.js';
import { memberQuestionStore, type AskedQuestion } from '../../features/tasks/member-question.store.js';
import { keptCounts } from '../../insights/member-page.js';
import type { Sql } from '../../platform/database/sql.js';
import { html, type Html } from '../html/html.js';
import { momentDate, type View } from './view.js';

const QUESTIONS_SHOWN = 20;
const ANSWERS_SHOWN_MS = 90 * DAY_MS;
export const LONGEST_QUESTION = 1_000;

/** `/m/help`: questions with their answers, and what is kept about the member. */
export async function helpPage(sql: Sql, view: View): Promise<Html> {
  const { words, member } = view;
  const { id } = member.evaluation;
  const questions = await memberQuestionStore.questionsOf(sql, id, QUESTIONS_SHOWN);
  // Answers to what the member wrote elsewhere, for example to customer service.
  const answers = (await memberQuestionStore.answersOf(sql, id, member.now - ANSWERS_SHOWN_MS)).filter(
    ({ isOfQuestion }) => !isOfQuestion,
  );
  return html`<h1 class="unseen">${words.help.title}</h1>
    ${askForm(view)}
    ${
      questions.length > 0 &&
      html`<section class="card" id="asked">
        <h2>${words.help.asked}</h2>
        <ol class="history">
          ${questions.map((question) => questionEntry(question, view))}
        </ol>
      </section>`
    }
    ${
      answers.length > 0 &&
      html`<section class="card" id="answers">
        <h2>${words.help.answers}</h2>
        <ol class="history">
          ${answers.map(
            (answer) =>
              html`<li>
                <time>${momentDate(answer.at, view)}</time>
                <p class="said">${answer.words}</p>
              </li>`,
          )}
        </ol>
      </section>`
    }
    ${await myData(sql, view)}`;
}

function askForm({ words, formFields, unsent }: View): Html {
  return html`<form class="card" id="ask" method="post" action="/m/acts/ask">
    ${formFields}
    <h2>${words.help.ask}</h2>
    <label for="words">${words.help.askLabel}</label>
    <textarea id="words" name="words" rows="4" maxlength="${LONGEST_QUESTION}" required>${unsent}</textarea>
    <p class="muted">${words.help.askHint}</p>
    <button class="main">${words.help.send}</button>
  </form>`;
}

function questionEntry({ at, words: asked, isOpen, answer }: AskedQuestion, view: View): Html {
  const { words } = view;
  return html`<li>
    <time>${momentDate(at, view)}</time>
    <p class="said">${asked === '' ? words.help.forgotten : asked}</p>
    ${
      answer !== null
        ? html`<div class="answer">
            <p class="muted">${words.help.answer} <time>${momentDate(answer.at, view)}</time></p>
            <p class="said">${answer.words === '' ? words.help.forgotten : answer.words}</p>
          </div>`
        : html`<p class="muted">${isOpen ? words.help.waiting : words.help.closed}</p>`
    }
  </li>`;
}

async function myData(sql: Sql, view: View): Promise<Html> {
  const { words, member, formFields } = view;
  const { name, phone, birthday, region } = member.evaluation.stored.state;
  const counts = await keptCounts(sql, member.evaluation.id);
  const rows = words.help.keptRows({
    ...counts,
    name,
    phone: phone === null ? null : masked(phone),
    birthday: birthday !== null,
    region,
  });
  const request = (topic: 'data_copy' | 'data_deletion', label: string, hint: string): Html =>
    html`<form method="post" action="/m/acts/data">
      ${formFields}<input type="hidden" name="topic" value="${topic}" /><button>${label}</button>
      <p class="muted">${hint}</p>
    </form>`;
  return html`<section class="card" id="data">
    <h2>${words.help.data}</h2>
    <p class="muted">${words.help.dataHint}</p>
    <dl class="kept">
      ${rows.map(
        ([label, value]) =>
          html`<div>
            <dt>${label}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
    ${request('data_copy', words.help.copy, words.help.copyHint)}
    ${request('data_deletion', words.help.deletion, words.help.deletionHint)}
    <form method="post" action="/m/acts/sign-out">
      ${formFields}<button class="plain">${words.help.signOut}</button>
    </form>
  </section>`;
}

const masked = (phone: string): string => phone.replace(/^\+86/u, '').replace(/^(\d{3})\d+(\d{4})$/u, '$1****$2');
