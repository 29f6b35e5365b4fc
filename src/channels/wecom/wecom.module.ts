import { type DynamicModule, Inject, Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { mountCallback } from './callback/callback.routes.js';
import { WecomCallback } from './callback/callback.js';

/** Adds the callback routes to the HTTP server when the application starts. */
@Module({})
export class WecomModule implements OnModuleInit {
  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost<FastifyAdapter>,
    @Inject(WecomCallback) private readonly callback: WecomCallback,
  ) {}

  static forCallback(callback: WecomCallback): DynamicModule {
    return { module: WecomModule, providers: [{ provide: WecomCallback, useValue: callback }] };
  }

  async onModuleInit(): Promise<void> {
    await mountCallback(this.host.httpAdapter, this.callback);
  }
}
