import { dayOf, MINUTE_MS } from '../domain/day.js';
import type { StoredLink } from '../features/links/link.store.js';
import { openContactCode } from '../insights/member-page.js';
import { GiveUp, RetryLater } from '../platform/errors.js';
import { isTokenShaped, newToken } from '../platform/tokens.js';
import { addressOf, MemberActs, type ActResult, type Form } from './acts.js';
import { PageAssets } from './assets.js';
import { html } from './html/html.js';
import { readMember, type ShownMember } from './member-reader.js';
import { groupPage, groupPlaceOf } from './pages/group.page.js';
import { helpPage } from './pages/help.page.js';
import { inviteCodeOf, invitePage } from './pages/invite.page.js';
import { layout, problemContent, type Frame, type ProblemName, type ProblemParts } from './pages/layout.js';
import { levelPage } from './pages/level.page.js';
import { messagesPage } from './pages/messages.page.js';
import { pageNames, pathOf, type PageName, type View } from './pages/view.js';
import type { MemberPageParts } from './parts.js';
import { CodePictures } from './pictures.js';
import { preferencesOf } from './preferences.js';
import { RequestThrottle } from './request-throttle.js';
import { isSameCsrf, MemberSessions, type MemberSession } from './sign-in/member-sessions.js';
import { PageCookies, type CookieRequest } from './sign-in/page-cookies.js';
import { SignIns, type SignInProblem } from './sign-in/sign-ins.js';
import { languageOf, wordsIn, type Language, type Words } from './words/words.js';

export interface PageRequest extends CookieRequest {
  readonly query: Readonly<Record<string, string>>;
  /** The `:name` of the route. */
  readonly name: string;
  readonly form: Form;
}

export interface PageAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
}

/** What a page is made for. `result`: of the form that is refused, and shown again with the words in it. */
interface Shown {
  readonly member: ShownMember;
  readonly session: MemberSession;
  readonly result?: ActResult;
}

const HTML = 'text/html; charset=utf-8';
const ACTS_A_MINUTE = 30;
const PAGES_A_MINUTE = 120;
const RELOAD_SECONDS = 3;
const WECHAT = 'https://open.weixin.qq.com';
/** Links of mass texts that find out who clicks: `/m/l/<code>`. */
export const IDENTIFY_PATH = '/m/l/';

const statusOf: Readonly<Record<SignInProblem, number>> = {
  state_unknown: 400,
  no_code: 400,
  code_spent: 400,
  domain_not_trusted: 502,
  app_closed: 502,
  unreachable: 503,
  not_set_up: 503,
};

/** Answers the requests of the member's page. */
export class PageHandlers {
  private readonly sessions: MemberSessions;
  private readonly signIns: SignIns;
  private readonly cookies: PageCookies;
  private readonly acts: MemberActs;
  private readonly assets = new PageAssets();
  private readonly pictures: CodePictures;
  private readonly actThrottle = new RequestThrottle(ACTS_A_MINUTE, MINUTE_MS);
  private readonly pageThrottle = new RequestThrottle(PAGES_A_MINUTE, MINUTE_MS);

  constructor(private readonly parts: MemberPageParts) {
    const { database: db, wallClock, logger, app, oauthBase } = parts;
    this.sessions = new MemberSessions(db, wallClock);
    this.signIns = new SignIns({ db, wallClock, logger, app, oauthBase });
    this.cookies = new PageCookies(parts.publicUrl);
    this.acts = new MemberActs(parts);
    this.pictures = new CodePictures(wallClock);
  }

  isSignedIn(request: PageRequest): Promise<boolean> {
    return this.sessions.has(this.cookies.sessionOf(request));
  }

  async namedPage(request: PageRequest): Promise<PageAnswer> {
    const page = pageNames.find((name) => name !== 'level' && name === request.name);
    return page ? this.page(request, page) : this.problem(request, 'not_found', 404);
  }

  async page(request: PageRequest, page: PageName): Promise<PageAnswer> {
    const token = this.cookies.sessionOf(request);
    const session = await this.sessions.find(token);
    if (!session) return this.askToSignIn(request, page);
    const { wallClock, applyFacts } = this.parts;
    if (!this.pageThrottle.admits(session.externalUserId, wallClock.now()))
      return this.problem(request, 'too_many', 429);
    let member = await readMember(this.parts, session.externalUserId);
    if (member && member.evaluation.stored.state.lastSeenDay !== member.today) {
      await this.acts.recordVisit(session.externalUserId, member.today);
      await applyFacts();
      member = await readMember(this.parts, session.externalUserId);
    }
    if (!member) return this.problem(request, 'arriving', 200, { reloadAfterSeconds: RELOAD_SECONDS });
    const cookies = session.prolonged ? [this.cookies.session(request, token!)] : [];
    return { ...(await this.shownPage(request, page, { member, session })), cookies };
  }

  private async shownPage(
    request: PageRequest,
    page: PageName,
    { member, session, result }: Shown,
  ): Promise<PageAnswer> {
    const language = requestLanguage(request);
    const words = wordsIn[language];
    const formFields = html`<input type="hidden" name="csrf" value="${session.csrf}" /><input
        type="hidden"
        name="once"
        value="${newToken()}"
      />`;
    const content = await this.content(page, { words, language, member, formFields, unsent: result?.unsent });
    return this.html(result ? 422 : 200, {
      words,
      title: page === 'level' ? words.level.title : words.nav[page],
      content,
      active: page,
      rank: member.rank,
      flash: await this.flash(result?.said ?? request.query, words, session),
    });
  }

  private async flash(
    { done, refused, answer }: PageRequest['query'],
    words: Words,
    { externalUserId }: MemberSession,
  ): Promise<Frame['flash']> {
    const text =
      answer === undefined
        ? said(words.done, done)
        : ((await this.parts.commands.answerOnPage({ key: answer, externalUserId })) ?? undefined);
    const refusal = said(words.refused, refused);
    if (refusal !== undefined) return { text: refusal, isRefusal: true };
    return text === undefined ? undefined : { text, isRefusal: false };
  }

  private async content(page: PageName, view: View) {
    const sql = this.parts.database.read;
    switch (page) {
      case 'level':
        return levelPage(sql, view);
      case 'group':
        return groupPage(sql, view);
      case 'messages':
        return messagesPage(sql, view, await preferencesOf(sql, view.member));
      case 'invite':
        return invitePage(sql, view);
      case 'help':
        return helpPage(sql, view);
    }
  }

  /** Outside WeChat its sign-in only says that it works in WeChat, so we say it first, with what to do. */
  private askToSignIn(request: PageRequest, page: PageName): PageAnswer {
    if (!this.parts.app) return this.problem(request, 'not_set_up', 503);
    const signIn = `/m/sign-in?to=${page}`;
    const isInWechat = /MicroMessenger|wxwork/i.test([request.headers['user-agent']].flat()[0] ?? '');
    if (isInWechat || this.parts.oauthBase !== WECHAT) return redirect(signIn);
    return this.problem(request, 'open_in_wechat', 401, { tryAgain: signIn });
  }

  async beginSignIn(request: PageRequest): Promise<PageAnswer> {
    const page = pageNames.find((name) => name === request.query['to']) ?? 'level';
    return (await this.startSignIn(request, pathOf(page))) ?? this.problem(request, 'not_set_up', 503);
  }

  /** Leads to WeChat's sign-in, which comes back to `path`; null without WeCom. */
  private async startSignIn(request: PageRequest, path: string): Promise<PageAnswer | null> {
    const browser = this.cookies.browserOf(request) ?? newToken();
    const origin = this.parts.publicUrl ?? `${request.protocol}://${request.host}`;
    const address = await this.signIns.begin({ browser, path, backTo: `${origin}/m/signed-in` });
    return address === null ? null : { ...redirect(address), cookies: [this.cookies.browser(request, browser)] };
  }

  /** A link of a mass text: who clicks is found out where that is possible, and everybody goes on to its address. */
  async openLink(request: PageRequest): Promise<PageAnswer> {
    const link = await this.parts.links.find(request.name);
    if (!link) return this.problem(request, 'not_found', 404);
    const session = await this.sessions.find(this.cookies.sessionOf(request));
    if (session) return this.followLink(request, link, session.externalUserId);
    return (await this.startSignIn(request, `${IDENTIFY_PATH}${link.code}`)) ?? this.followLink(request, link);
  }

  private followLink(request: PageRequest, link: StoredLink, externalUserId?: string): PageAnswer {
    const browser = this.cookies.browserOf(request) ?? [request.headers['user-agent']].flat()[0] ?? '';
    this.parts.clicks.record(link, { browser, ...(externalUserId === undefined ? {} : { externalUserId }) });
    const answer = redirect(link.url);
    return { ...answer, headers: { ...answer.headers, 'referrer-policy': 'no-referrer' } };
  }

  async finishSignIn(request: PageRequest): Promise<PageAnswer> {
    const { state = '', code = '' } = request.query;
    const outcome = await this.signIns.finish({ browser: this.cookies.browserOf(request), state, code });
    if (outcome.kind !== 'member' && outcome.path.startsWith(IDENTIFY_PATH)) {
      const link = await this.parts.links.find(outcome.path.slice(IDENTIFY_PATH.length));
      // Nobody came for the page: a colleague, a stranger or an outage must not keep anybody from the address.
      if (link) return this.followLink(request, link);
    }
    switch (outcome.kind) {
      case 'member': {
        const token = await this.sessions.open(outcome.externalUserId, this.cookies.sessionOf(request));
        // The visit also makes a member of a customer whom no callback has reported yet.
        const member = await readMember(this.parts, outcome.externalUserId);
        if (!member) {
          const { clock, timeZone } = this.parts;
          await this.acts.recordVisit(outcome.externalUserId, dayOf(clock.now(), timeZone));
          await this.parts.applyFacts();
        }
        return { ...redirect(outcome.path), cookies: [this.cookies.session(request, token)] };
      }
      case 'colleague':
        return this.problem(request, 'colleague', 403);
      case 'stranger':
        return this.problem(request, 'stranger', 403, {
          code: (await this.strangerCode()) !== null,
          tryAgain: '/m/sign-in',
        });
      case 'problem':
        return this.problem(request, outcome.code, statusOf[outcome.code], { tryAgain: '/m/sign-in' });
    }
  }

  async act(request: PageRequest): Promise<PageAnswer> {
    const token = this.cookies.sessionOf(request);
    const session = await this.sessions.find(token);
    const { form, name } = request;
    if (!session)
      return this.unsentWords(request) === undefined
        ? this.askToSignIn(request, 'level')
        : this.problem(request, 'session_ended', 401, { tryAgain: '/m/sign-in?to=help' });
    const once = form['once'] ?? '';
    if (!isSameCsrf(form['csrf'], session) || !isTokenShaped(once)) return this.problem(request, 'bad_csrf', 403);
    if (!this.actThrottle.admits(session.externalUserId, this.parts.wallClock.now()))
      return this.problem(request, 'too_many', 429);
    if (name === 'sign-out') {
      await this.sessions.close(token);
      return {
        ...this.problem(request, 'signed_out', 200, { tryAgain: '/m/sign-in' }),
        cookies: [this.cookies.noSession(request)],
      };
    }
    const member = await readMember(this.parts, session.externalUserId);
    if (!member) return redirect('/m');
    const result = await this.acts.perform(name, { member, form, once, language: requestLanguage(request) });
    if (!result) return this.problem(request, 'not_found', 404);
    if (result.unsent !== undefined) return this.shownPage(request, result.page, { member, session, result });
    await this.parts.applyFacts();
    return redirect(addressOf(result));
  }

  /**
   * What the member wrote in a form that is refused: no browser keeps it, since our pages are not stored. Only of a form on
   * our own page: another site could otherwise have its words shown here.
   */
  private unsentWords({ form, headers, host }: PageRequest): string | undefined {
    const origin = [headers['origin']].flat()[0] ?? '';
    if (!URL.canParse(origin)) return undefined;
    const from = new URL(origin);
    const here = `${from.protocol}//${host}`;
    // Read as an address, because only one of them may name the usual port.
    const isOurs = from.origin === this.parts.publicUrl || (URL.canParse(here) && new URL(here).host === from.host);
    return isOurs && form['words']?.trim() ? form['words'] : undefined;
  }

  /** The pictures of codes: the group's, the member's own, and the one for strangers. */
  async picture(request: PageRequest): Promise<PageAnswer> {
    const url = await this.pictureUrl(request);
    if (url === null) return this.problem(request, 'not_found', 404);
    try {
      const { bytes, type } = await this.pictures.get(url);
      return { status: 200, type, body: Buffer.from(bytes), headers: { 'cache-control': 'private, max-age=300' } };
    } catch (cause) {
      if (!(cause instanceof RetryLater) && !(cause instanceof GiveUp)) throw cause;
      this.parts.logger.warn({ err: cause }, 'the picture of a code could not be fetched for the member page');
      return this.problem(request, 'broken', 502);
    }
  }

  private async pictureUrl(request: PageRequest): Promise<string | null> {
    if (request.name === 'add-us') return this.strangerCode();
    const session = await this.sessions.find(this.cookies.sessionOf(request));
    const member = session ? await readMember(this.parts, session.externalUserId) : null;
    if (!member) return null;
    const sql = this.parts.database.read;
    if (request.name === 'invite') return inviteCodeOf(sql, member);
    if (request.name !== 'group') return null;
    const place = await groupPlaceOf(sql, member);
    return place.kind === 'code' ? place.joinQr : null;
  }

  asset(request: PageRequest): PageAnswer {
    const asset = this.assets.find(request.name);
    if (!asset) return this.problem(request, 'not_found', 404);
    return {
      status: 200,
      type: `${asset.type}; charset=utf-8`,
      body: asset.content,
      headers: { 'cache-control': 'public, max-age=31536000, immutable' },
    };
  }

  problem(
    request: PageRequest,
    name: ProblemName,
    status: number,
    { reloadAfterSeconds, ...more }: Omit<ProblemParts, 'unsent'> & Pick<Frame, 'reloadAfterSeconds'> = {},
  ): PageAnswer {
    const words = wordsIn[requestLanguage(request)];
    const content = problemContent(words, name, { ...more, unsent: this.unsentWords(request) });
    return this.html(status, { words, title: words.problem[name].title, content, reloadAfterSeconds });
  }

  private html(status: number, frame: Omit<Frame, 'assets' | 'corpName'>): PageAnswer {
    const { rules, corpName } = this.parts.engine;
    const body = layout({ ...frame, corpName, assets: this.assets.paths(rules.tiers) });
    return { status, type: HTML, body };
  }

  private strangerCode(): Promise<string | null> {
    return openContactCode(this.parts.database.read);
  }
}

const redirect = (to: string): PageAnswer => ({ status: 302, type: HTML, body: '', headers: { location: to } });

const said = (texts: Readonly<Record<string, string>>, key: string | undefined): string | undefined =>
  key !== undefined && Object.hasOwn(texts, key) ? texts[key] : undefined;

const requestLanguage = (request: PageRequest): Language => languageOf([request.headers['accept-language']].flat()[0]);
