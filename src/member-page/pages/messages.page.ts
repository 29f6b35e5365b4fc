import { clockText } from '../../domain/day.js';
import { receivedMessages, type ReceivedMessage } from '../../insights/member-page.js';
import type { Sql } from '../../platform/database/sql.js';
import { html, type Html, type HtmlValue } from '../html/html.js';
import { momentDate, type View } from './view.js';

const MESSAGES_SHOWN = 20;

/** What a member chose: how often we write, and when not. Minutes are of the corp's wall clock. */
export interface Preferences {
  readonly pace: 'all' | 'less' | 'none';
  readonly quiet: { readonly fromMinute: number; readonly toMinute: number } | null;
}

/** `/m/messages`: what the member was sent, and what they want to be sent. */
export async function messagesPage(sql: Sql, view: View, preferences: Preferences): Promise<Html> {
  const { words, member } = view;
  const messages = await receivedMessages(sql, member.evaluation.id, MESSAGES_SHOWN);
  return html`<h1 class="unseen">${words.messages.title}</h1>
    ${paceForm(view, preferences)} ${quietForm(view, preferences)}
    <section class="card">
      <h2>${words.messages.sent}</h2>
      ${
        messages.length === 0
          ? html`<p class="muted">${words.messages.nothing}</p>`
          : html`<ol class="history">
              ${messages.map((message) => messageEntry(message, view))}
            </ol>`
      }
    </section>`;
}

function paceForm({ words, formFields }: View, { pace }: Preferences): Html {
  const choices = [
    ['all', words.messages.all, words.messages.allHint],
    ['less', words.messages.less, words.messages.lessHint],
    ['none', words.messages.none, words.messages.noneHint],
  ] as const;
  return html`<form class="card" id="pace" method="post" action="/m/acts/pace">
    ${formFields}
    <fieldset>
      <legend>${words.messages.pace}</legend>
      ${choices.map(
        ([value, label, hint]) =>
          html`<label class="choice"
            ><input type="radio" name="pace" value="${value}" ${value === pace && html`checked`} /><span
              ><b>${label}</b><span class="muted">${hint}</span></span
            ></label
          >`,
      )}
    </fieldset>
    <button class="main">${words.messages.save}</button>
  </form>`;
}

function quietForm({ words, formFields }: View, { quiet }: Preferences): Html {
  return html`<form class="card" id="quiet" method="post" action="/m/acts/quiet-hours">
    ${formFields}
    <fieldset>
      <legend>${words.messages.quiet}</legend>
      <p class="muted">${words.messages.quietHint}</p>
      <div class="times">
        <label>${words.messages.from} ${timeSelect('from', quiet?.fromMinute ?? null, words.messages.clear)}</label>
        <label>${words.messages.until} ${timeSelect('until', quiet?.toMinute ?? null, words.messages.clear)}</label>
      </div>
    </fieldset>
    <button>${words.messages.save}</button>
  </form>`;
}

const HALF_HOURS = Array.from({ length: 48 }, (_each, index) => index * 30);

/** A list and no time field: it works in every browser, in large type, and cannot be mistyped. */
function timeSelect(name: string, minute: number | null, none: string): Html {
  const minutes =
    minute === null || HALF_HOURS.includes(minute) ? HALF_HOURS : [...HALF_HOURS, minute].sort((a, b) => a - b);
  return html`<select name="${name}">
    <option value="">${none}</option>
    ${minutes.map((each) => html`<option value="${each}" ${each === minute && html`selected`}>${clockText(each)}</option>`)}
  </select>`;
}

/** Punctuation of Chinese and quotation marks end an address, and a full stop after it is not part of it. */
const ADDRESS = /(https?:\/\/[^\s<>"'，。；！？、（）【】「」《》]*[^\s<>"'，。；！？、（）【】「」《》.,;:!?)])/u;

/** The text with its addresses as links, as WeChat shows it. */
export const withLinks = (text: string): readonly HtmlValue[] =>
  // A split by a group keeps what the group matched: every second part is an address.
  text.split(ADDRESS).map((part, i) => (i % 2 === 1 ? html`<a href="${part}" rel="noreferrer">${part}</a>` : part));

function messageEntry({ at, text, attachments }: ReceivedMessage, view: View): Html {
  const { words } = view;
  const kinds = [
    ...(attachments.includes('image') ? [words.messages.picture] : []),
    ...(attachments.includes('link') ? [words.messages.link] : []),
  ];
  return html`<li>
    <time>${momentDate(at, view)}</time>
    <p class="said">${withLinks(text)}</p>
    ${kinds.length > 0 && html`<p class="muted">${kinds.join(' ')}</p>`}
  </li>`;
}
