import { Global, Module, type DynamicModule, type FactoryProvider, type ModuleMetadata } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { ErrorFilter } from './error-filter.js';
import { createMetrics, METRICS } from './metrics.js';
import { ProbesController } from './probes.controller.js';
import { READINESS_CHECKS, type ReadinessCheck } from './readiness.js';

export interface HttpModuleOptions {
  readonly imports?: ModuleMetadata['imports'];
  /** Providers that `checks` is called with. */
  readonly inject?: FactoryProvider['inject'];
  readonly checks: (...injected: never[]) => readonly ReadinessCheck[];
}

/** Errors as `{code, message, where?}`, and `/healthz`, `/readyz`, `/metrics`. */
@Global()
@Module({})
export class HttpModule {
  static with({ imports = [], inject = [], checks }: HttpModuleOptions): DynamicModule {
    return {
      module: HttpModule,
      imports,
      controllers: [ProbesController],
      providers: [
        { provide: APP_FILTER, useClass: ErrorFilter },
        { provide: METRICS, useFactory: createMetrics },
        { provide: READINESS_CHECKS, inject, useFactory: checks as FactoryProvider['useFactory'] },
      ],
      exports: [METRICS],
    };
  }
}
