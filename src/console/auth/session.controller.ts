import { Body, Controller, Get, HttpCode, HttpException, Inject, Post, Req, Res } from '@nestjs/common';
import { z } from 'zod';
import { AuditStore } from '../../audit/audit.store.js';
import { stages } from '../../domain/stages/stage-policy.js';
import { RulesetSource } from '../../engine/ruleset-source.js';
import { CLOCK, type Clock } from '../../platform/clock.js';
import { Database } from '../../platform/database/database.js';
import { parseInput } from '../../platform/http/parse-input.js';
import { OperatorMistake } from '../../platform/errors.js';
import type { Logger } from '../../platform/logger/logger.js';
import { LOGGER } from '../../platform/logger/logger.module.js';
import { SETTINGS, type ConsoleSettings } from '../console.tokens.js';
import { AdminAccounts } from './admin-accounts.js';
import { AdminSessions } from './admin-sessions.js';
import { LoginThrottle } from './login-throttle.js';
import { Who, type Principal } from './principal.js';
import {
  clearSessionCookie,
  sendSessionCookie,
  sessionTokenOf,
  type WebReply,
  type WebRequest,
} from './session-cookie.js';

const credentials = z.object({
  username: z
    .string()
    .min(1)
    .max(64)
    .regex(/^\P{Cc}*$/u),
  password: z.string().min(1).max(256),
});
const audit = new AuditStore();

@Controller('console/api')
export class LoginController {
  constructor(
    @Inject(Database) private readonly db: Database,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(AdminAccounts) private readonly accounts: AdminAccounts,
    @Inject(AdminSessions) private readonly sessions: AdminSessions,
    @Inject(LoginThrottle) private readonly throttle: LoginThrottle,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Post('login')
  @HttpCode(200)
  async login(@Body() body: unknown, @Req() request: WebRequest, @Res({ passthrough: true }) reply: WebReply) {
    const { username, password } = parseInput(credentials, body);
    const waitMs = this.throttle.take(request.ip, username);
    if (waitMs !== null) throw tooManyTries(reply, waitMs);
    if (!(await this.accounts.isAdmin(username, password))) {
      this.logger.warn({ address: request.ip }, 'a login failed');
      throw new OperatorMistake('bad_credentials', 'name or password is wrong', undefined, 401);
    }
    this.throttle.succeeded(request.ip, username);
    const { token, csrf } = await this.sessions.open(username);
    await this.db.write((tx) => audit.append(tx, username, 'logged_in', {}, this.clock.now()));
    sendSessionCookie(request, reply, token);
    return { user: { name: username }, csrf };
  }

  @Post('logout')
  @HttpCode(204)
  async logout(@Req() request: WebRequest, @Res({ passthrough: true }) reply: WebReply): Promise<void> {
    const token = sessionTokenOf(request);
    if (token !== undefined) await this.sessions.close(token);
    clearSessionCookie(request, reply);
  }
}

function tooManyTries(reply: WebReply, waitMs: number): HttpException {
  reply.header('retry-after', String(Math.ceil(waitMs / 1_000)));
  return new HttpException({ code: 'too_many_tries', message: 'too many tries; wait a while' }, 429);
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
