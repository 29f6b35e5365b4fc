import { html, type Html } from '../html/html.js';
import type { Words } from '../words/words.js';
import { pageNames, pathOf, type PageName } from './view.js';

/** The addresses of the styles and the script, with the hash of what they contain. */
export interface AssetPaths {
  readonly style: string;
  readonly tiers: string;
  readonly script: string;
  readonly icon: string;
}

export interface Frame {
  readonly words: Words;
  readonly title: string;
  /** Empty when the corp has no name. */
  readonly corpName: string;
  readonly assets: AssetPaths;
  readonly content: Html;
  /** Undefined on a page without a member: then there is no navigation. */
  readonly active?: PageName | undefined;
  /** The rank of the member's tier, whose colours the page has. */
  readonly rank?: number | undefined;
  /** What was done, or why it was not. */
  readonly flash?: { readonly text: string; readonly isRefusal: boolean } | undefined;
  /** Loads the page again after so many seconds. */
  readonly reloadAfterSeconds?: number | undefined;
}

/** A whole page. It needs no script. */
export function layout(frame: Frame): string {
  const { words, title, corpName, assets, content, active, rank, flash, reloadAfterSeconds } = frame;
  return html`<!doctype html>
    <html lang="${words.htmlLang}" class="tier-${rank ?? 'none'}">
      <head>
        <meta charset="utf-8" />
        <title>${corpName === '' ? title : `${title} · ${corpName}`}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <meta name="format-detection" content="telephone=no" />
        ${reloadAfterSeconds !== undefined && html`<meta http-equiv="refresh" content="${reloadAfterSeconds}" />`}
        <link rel="icon" href="${assets.icon}" />
        <link rel="stylesheet" href="${assets.style}" />
        <link rel="stylesheet" href="${assets.tiers}" />
        <script src="${assets.script}" defer></script>
      </head>
      <body>
        <div class="page">
          ${corpName !== '' && html`<header><p>${corpName}</p></header>`}
          <main>
            ${flash && html`<p class="flash${flash.isRefusal ? ' refusal' : ''}" role="status">${flash.text}</p>`}
            ${content}
          </main>
          ${active && navigation(active, words)}
        </div>
      </body>
    </html>`.text;
}

const navigation = (active: PageName, words: Words): Html =>
  html`<nav aria-label="${words.nav.label}">
    ${pageNames.map(
      (page) => html`<a href="${pathOf(page)}" ${page === active && html`aria-current="page"`}>${words.nav[page]}</a>`,
    )}
  </nav>`;

export type ProblemName = Exclude<keyof Words['problem'], 'again' | 'reload' | 'unsent'>;

export interface ProblemParts {
  readonly tryAgain?: string | undefined;
  readonly code?: boolean;
  /** What the member wrote and was not sent, to be copied. */
  readonly unsent?: string | undefined;
}

/** The page for somebody who is not signed in, or for whom something went wrong. */
export function problemContent(words: Words, name: ProblemName, { tryAgain, code, unsent }: ProblemParts = {}): Html {
  const { title, text } = words.problem[name];
  const stranger = words.problem.stranger;
  return html`<section class="card problem">
    <h1>${title}</h1>
    <p>${text}</p>
    ${
      name === 'stranger' &&
      (code
        ? html`<img class="code" src="/m/pictures/add-us" width="240" height="240" alt="${stranger.code}" />
            <p>${stranger.code}</p>`
        : html`<p>${stranger.noCode}</p>`)
    }
    ${
      unsent !== undefined &&
      html`<label for="unsent">${words.problem.unsent}</label>
        <textarea id="unsent" rows="6" readonly>${`\n${unsent}`}</textarea>`
    }
    ${tryAgain !== undefined && html`<p><a class="button" href="${tryAgain}">${words.problem.again}</a></p>`}
  </section>`;
}
