import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { LOGGER } from '../logger/logger.module.js';
import { METRICS } from './metrics.js';
import { checkAll, READINESS_CHECKS, type ReadinessCheck } from './readiness.js';

@Controller()
export class ProbesController {
  /** Names of the checks that failed at the last probe. */
  private failing = '';

  constructor(
    @Inject(READINESS_CHECKS) private readonly checks: readonly ReadinessCheck[],
    @Inject(METRICS) private readonly metrics: Registry,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Get('healthz')
  alive(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('readyz')
  async ready(@Res({ passthrough: true }) reply: { status(code: number): unknown }) {
    const checks = await checkAll(this.checks);
    const bad = checks.filter((each) => !each.ok);
    const failing = bad.map((each) => each.name).join(', ');
    this.logChange(failing, bad.map((each) => `${each.name}: ${each.detail}`).join('; '));
    if (failing === '') return { status: 'ready', checks };
    reply.status(503);
    return { code: 'not_ready', message: `not ready: ${failing}`, checks };
  }

  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  exposed(): Promise<string> {
    return this.metrics.metrics();
  }

  /** A probe comes every few seconds, so only changes are logged. */
  private logChange(failing: string, details: string): void {
    if (failing === this.failing) return;
    this.failing = failing;
    if (failing === '') this.logger.info('ready again');
    else this.logger.warn(`not ready: ${details}`);
  }
}
