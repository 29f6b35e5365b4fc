import { type DynamicModule, Inject, Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { mountMemberPage } from './mount-member-page.js';
import type { MemberPageParts } from './parts.js';

const PARTS = Symbol('MemberPageParts');

/** The page `/m` on which members see their level and act for themselves. */
@Module({})
export class MemberPageModule implements OnModuleInit {
  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost<FastifyAdapter>,
    @Inject(PARTS) private readonly parts: MemberPageParts,
  ) {}

  static with(parts: MemberPageParts): DynamicModule {
    return { module: MemberPageModule, providers: [{ provide: PARTS, useValue: parts }] };
  }

  async onModuleInit(): Promise<void> {
    await mountMemberPage(this.host.httpAdapter, this.parts);
  }
}
