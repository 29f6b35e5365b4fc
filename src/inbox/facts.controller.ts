import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { z } from 'zod';
import {
  clientFactKinds,
  EARLIEST_FACT_MS,
  postedFactData,
  type Fact,
  type FactKind,
  type FactOf,
} from '../domain/fact.js';
import { phoneNumber } from '../domain/phone.js';
import { parseInput } from '../platform/http/parse-input.js';
import { boundsProblem } from './fact-bounds.js';
import { Inbox } from './inbox.js';

const request = z.object({ facts: z.array(z.unknown()).min(1).max(1_000) });

const text = (max: number) => z.string().trim().min(1).max(max);
/** Normalized, so that one number is one member however it was written. */
const phone = text(32).transform((written, context) => {
  const number = phoneNumber(written);
  if (number !== null) return number;
  context.addIssue({
    code: 'custom',
    message: 'not a phone number: send 13800138000, or +, the country and the number for another country',
  });
  return z.NEVER;
});
const envelope = z.object({
  key: text(200),
  kind: text(64),
  at: z.iso.datetime({ offset: true, message: 'at must be ISO 8601 with a zone, like 2026-11-21T08:00:00+08:00' }),
  member: z
    .strictObject({
      externalUserId: text(128).optional(),
      unionid: text(128).optional(),
      chatContactId: text(128).optional(),
      phone: phone.optional(),
    })
    .refine(
      (ids) => Object.keys(ids).length > 0,
      'member needs at least one of externalUserId, unionid, chatContactId, phone',
    ),
  data: z.unknown().optional(),
});

/** A sender's clock may be ahead or its time zone wrong by hours. A time further in the future is rejected. */
const MAX_AHEAD_MS = 2 * 24 * 3_600_000;

export type Rejection = { readonly index: number; readonly code: string; readonly message: string };
/** A fact whose `at` was in the future (`from`): it counts at the time of arrival (`to`). */
export type Adjustment = { readonly index: number; readonly key: string; readonly from: string; readonly to: string };

type PostedFact = { readonly facts: readonly Fact[]; readonly adjusted?: Adjustment };

/** Parses one posted fact. A rejection names the fact by its index; the other facts of the request are still accepted. */
export function readPostedFact(posted: unknown, index: number, now: number): PostedFact | { rejection: Rejection } {
  const reject = (code: string, message: string) => ({ rejection: { index, code, message } });
  const outOfBounds = boundsProblem(posted);
  if (outOfBounds) return reject('malformed', outOfBounds);
  const outer = envelope.safeParse(posted);
  if (!outer.success) return reject('malformed', firstIssue(outer.error));
  const { key, kind, at, member, data } = outer.data;
  const happenedAt = Date.parse(at);
  if (happenedAt > now + MAX_AHEAD_MS) return reject('not_yet', 'at lies more than two days ahead');
  if (happenedAt < EARLIEST_FACT_MS) return reject('too_long_ago', 'at lies before 1990: check the unit and the zone');
  if (!(clientFactKinds as readonly string[]).includes(kind))
    return reject('unknown_kind', `there is no kind ${kind}; known: ${clientFactKinds.join(', ')}`);
  const inner = postedFactData[kind as FactKind].safeParse(data ?? {});
  if (!inner.success) return reject('bad_data', firstIssue(inner.error, 'data.'));
  const parsed = {
    key: `api:${key}`,
    kind,
    at: Math.min(happenedAt, now),
    member,
    data: inner.data,
  } as unknown as Fact;
  const fact = parsed.kind === 'order_refunded' ? withSenderClock(parsed, happenedAt) : parsed;
  if (fact.kind === 'profile_updated' && fact.data.phone !== undefined && phoneNumber(fact.data.phone) === null)
    return reject('bad_data', 'data.phone: not a phone number; leave the field out when it is not known');
  const facts = [fact, ...mentionsOf(fact)];
  if (happenedAt <= now) return { facts };
  return { facts, adjusted: { index, key, from: at, to: new Date(now).toISOString() } };
}

/**
 * Adds the sender's own time where that is in the future. Two parts of a refund would otherwise both have the time of
 * arrival and count as one.
 */
const withSenderClock = (fact: FactOf<'order_refunded'>, happenedAt: number): Fact =>
  happenedAt > fact.at ? { ...fact, data: { ...fact.data, clockAt: happenedAt } } : fact;

/** One fact for each member whom a message mentions. Ids that begin with wm or wo are WeCom's; others are the chat account's. */
function mentionsOf(fact: Fact): Fact[] {
  if (fact.kind !== 'sent_message') return [];
  return [...new Set(fact.data.mentions)].map((id) => ({
    key: `${fact.key}:m:${id}`,
    kind: 'was_mentioned',
    at: fact.at,
    member: /^w[mo]/.test(id) ? { externalUserId: id } : { chatContactId: id },
    data: fact.data.chatId ? { chatId: fact.data.chatId } : {},
  }));
}

function firstIssue(error: z.ZodError, prefix = ''): string {
  const issue = error.issues[0];
  const path = issue?.path.map(String).join('.') ?? '';
  return `${path === '' && prefix === '' ? '' : `${prefix}${path}`.replace(/\.$/, '')}: ${issue?.message ?? 'not understood'}`.replace(
    /^: /,
    '',
  );
}

@Controller('api/v1/facts')
export class FactsController {
  constructor(@Inject(Inbox) private readonly inbox: Inbox) {}

  /** The facts are durable when the answer is sent. A fact whose `key` was posted before counts as a duplicate. */
  @Post()
  @HttpCode(200)
  async post(
    @Body() body: unknown,
  ): Promise<{ accepted: number; duplicates: number; rejected: Rejection[]; adjusted: Adjustment[] }> {
    const { facts } = parseInput(request, body);
    const now = this.inbox.now();
    const results = facts.map((posted, index) => readPostedFact(posted, index, now));
    const bundles = results.flatMap((item) => ('facts' in item ? [item.facts] : []));
    const { accepted } = await this.inbox.receiveBundles(bundles);
    return {
      accepted,
      duplicates: bundles.length - accepted,
      rejected: results.flatMap((item) => ('rejection' in item ? [item.rejection] : [])),
      adjusted: results.flatMap((item) => ('adjusted' in item && item.adjusted ? [item.adjusted] : [])),
    };
  }
}
