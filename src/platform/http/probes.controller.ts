import { Controller, Get, Header, HttpException, Inject } from '@nestjs/common';
import type { Registry } from 'prom-client';
import { METRICS } from './metrics.js';
import { askAll, READINESS_CHECKS, type ReadinessCheck } from './readiness.js';

@Controller()
export class ProbesController {
  constructor(
    @Inject(READINESS_CHECKS) private readonly checks: readonly ReadinessCheck[],
    @Inject(METRICS) private readonly metrics: Registry,
  ) {}

  @Get('healthz')
  alive(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('readyz')
  async ready(): Promise<{ status: 'ready'; checks: unknown }> {
    const checks = await askAll(this.checks);
    if (checks.some((each) => !each.ok)) {
      const failing = checks.filter((each) => !each.ok).map((each) => each.name);
      throw new HttpException({ code: 'not_ready', message: `not ready: ${failing.join(', ')}`, checks }, 503);
    }
    return { status: 'ready', checks };
  }

  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  exposed(): Promise<string> {
    return this.metrics.metrics();
  }
}
