import { Body, Controller, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { z } from 'zod';
import { stages } from '../../domain/stages/stage-policy.js';
import { RulesetSource } from '../../features/ruleset/ruleset-source.js';
import { CLOCK, type Clock } from '../../platform/clock.js';
import { LONGEST_PASSWORD } from '../../platform/config/password-rules.js';
import { addressOf, isPrivateNetwork } from '../../platform/http/client-address.js';
import { parseInput } from '../../platform/http/parse-input.js';
import { OperatorMistake } from '../../platform/errors.js';
import { SETTINGS, type ConsoleSettings } from '../console.tokens.js';
import { Logins } from './logins.js';
import { Who, type Principal } from './principal.js';
import { SessionCookie, type WebReply, type WebRequest } from './session-cookie.js';
import { tooManyTries } from './too-many-tries.js';

const credentials = z.object({
  username: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u),
  // Counted in UTF-16: each character of a password may take two units.
  password: z
    .string()
    .min(1)
    .max(2 * LONGEST_PASSWORD),
});

/** Browsers send the Origin header with every POST; programs do not. */
const isBrowser = (request: WebRequest): boolean => request.headers['origin'] !== undefined;

/** The peer is a proxy in a private network that TRUST_PROXY does not name, so its X-Forwarded-For is ignored. */
const isUntrustedProxy = (request: WebRequest): boolean =>
  request.headers['x-forwarded-for'] !== undefined &&
  request.ip === request.raw.socket?.remoteAddress &&
  isPrivateNetwork(addressOf(request));

@Controller('console/api')
export class LoginController {
  constructor(
    @Inject(Logins) private readonly logins: Logins,
    @Inject(SessionCookie) private readonly cookie: SessionCookie,
  ) {}

  @Post('login')
  @HttpCode(200)
  async login(@Body() body: unknown, @Req() request: WebRequest, @Res({ passthrough: true }) reply: WebReply) {
    const { username: name, password } = parseInput(credentials, body);
    const address = addressOf(request);
    if (isUntrustedProxy(request)) this.logins.warnOfProxy(address);
    const outcome = await this.logins.enter(
      { name, address, browser: this.cookie.browserOf(request) },
      password,
      isBrowser(request),
    );
    switch (outcome.kind) {
      case 'wait':
        throw tooManyTries('too many tries; wait a while', outcome.waitMs);
      case 'refused':
        throw new OperatorMistake('bad_credentials', 'name or password is wrong', undefined, { status: 401 });
      case 'entered':
        this.cookie.send(request, reply, outcome.token);
        if (outcome.browser !== null) this.cookie.sendBrowser(request, reply, outcome.browser);
        return { user: { name }, csrf: outcome.csrf };
    }
  }

  @Post('logout')
  @HttpCode(204)
  async logout(
    @Who() { name }: Principal,
    @Req() request: WebRequest,
    @Res({ passthrough: true }) reply: WebReply,
  ): Promise<void> {
    const token = this.cookie.tokenOf(request);
    if (token !== undefined) await this.logins.leave({ name, address: addressOf(request) }, token);
    this.cookie.clear(request, reply);
  }
}

@Controller('console/api/session')
export class SessionController {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RulesetSource) private readonly rulesets: RulesetSource,
    @Inject(SETTINGS) private readonly settings: ConsoleSettings,
  ) {}

  @Get()
  read(@Who() who: Principal) {
    const { mode, timeZone } = this.settings;
    return {
      user: { name: who.name },
      csrf: who.csrf,
      corp: { mode, timeZone, now: this.clock.now(), name: this.rulesets.corpName },
      tiers: this.rulesets.rules.tiers.map(({ key, label, color }) => ({ key, label, color })),
      stages,
    };
  }
}
