import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { z } from 'zod';
import { clientFactKinds, factData, type Fact, type FactKind } from '../domain/fact.js';
import { parseInput } from '../platform/http/parse-input.js';
import { Intake } from './intake.js';

const request = z.object({ facts: z.array(z.unknown()).min(1).max(1_000) });

const text = (max: number) => z.string().trim().min(1).max(max);
const envelope = z.object({
  key: text(200),
  kind: text(64),
  at: z.iso.datetime({ offset: true, message: 'at must be ISO 8601 with a zone, like 2026-11-21T08:00:00+08:00' }),
  member: z
    .strictObject({
      externalUserId: text(128).optional(),
      unionid: text(128).optional(),
      chatContactId: text(128).optional(),
      phone: text(32).optional(),
    })
    .refine(
      (ids) => Object.keys(ids).length > 0,
      'member needs at least one of externalUserId, unionid, chatContactId, phone',
    ),
  data: z.unknown().optional(),
});

/** In JSON's own writing: a NUL, or one half of a pair. PostgreSQL stores neither. JSON.stringify writes pairs as themselves. */
const unstorable = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/i;
/** A shop's clock may run ahead a little; what is to come is no fact. */
const AHEAD_MS = 2 * 24 * 3_600_000;

export type Rejection = { readonly index: number; readonly code: string; readonly message: string };

/** One posted fact, read; what is wrong with it is told by its index, and the rest of the request goes on. */
export function readPostedFact(
  posted: unknown,
  index: number,
  now: number,
): { facts: readonly Fact[] } | { rejection: Rejection } {
  const reject = (code: string, message: string) => ({ rejection: { index, code, message } });
  if (unstorable.test(JSON.stringify(posted) ?? ''))
    return reject('malformed', 'a text holds a NUL or half a character; send well-formed Unicode');
  const outer = envelope.safeParse(posted);
  if (!outer.success) return reject('malformed', wordsOf(outer.error));
  const { key, kind, at, member, data } = outer.data;
  if (Date.parse(at) > now + AHEAD_MS) return reject('not_yet', 'at lies in the future');
  if (!(clientFactKinds as readonly string[]).includes(kind))
    return reject('unknown_kind', `there is no kind ${kind}; known: ${clientFactKinds.join(', ')}`);
  const inner = factData[kind as FactKind].safeParse(data ?? {});
  if (!inner.success) return reject('bad_data', wordsOf(inner.error, 'data.'));
  const fact = { key: `api:${key}`, kind, at: Date.parse(at), member, data: inner.data } as unknown as Fact;
  return { facts: [fact, ...mentionsOf(fact)] };
}

/** Whom a message mentions is told of each of them: WeCom's ids begin with wm or wo, the others are the chat account's. */
function mentionsOf(fact: Fact): Fact[] {
  if (fact.kind !== 'sent_message') return [];
  return fact.data.mentions.map((id) => ({
    key: `${fact.key}:m:${id}`,
    kind: 'was_mentioned',
    at: fact.at,
    member: /^w[mo]/.test(id) ? { externalUserId: id } : { chatContactId: id },
    data: fact.data.chatId ? { chatId: fact.data.chatId } : {},
  }));
}

function wordsOf(error: z.ZodError, prefix = ''): string {
  const issue = error.issues[0];
  const path = issue?.path.map(String).join('.') ?? '';
  return `${path === '' && prefix === '' ? '' : `${prefix}${path}`.replace(/\.$/, '')}: ${issue?.message ?? 'not understood'}`.replace(
    /^: /,
    '',
  );
}

@Controller('api/v1/facts')
export class FactsController {
  constructor(@Inject(Intake) private readonly intake: Intake) {}

  /** Durable when answered. `key` makes repeats free, for ever. */
  @Post()
  @HttpCode(200)
  async post(@Body() body: unknown): Promise<{ accepted: number; duplicates: number; rejected: Rejection[] }> {
    const { facts } = parseInput(request, body);
    const read = facts.map((posted, index) => readPostedFact(posted, index, this.intake.now()));
    const told = read.flatMap((item) => ('facts' in item ? [item.facts] : []));
    const { accepted } = await this.intake.keepAll(told);
    return {
      accepted,
      duplicates: told.length - accepted,
      rejected: read.flatMap((item) => ('rejection' in item ? [item.rejection] : [])),
    };
  }
}
