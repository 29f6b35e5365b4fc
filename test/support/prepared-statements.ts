import { Client } from 'pg';

type Ask = (this: Client, text: unknown, ...rest: unknown[]) => unknown;

/** Some statements contain a day: the connections of a long run would otherwise keep one of each day. */
const MOST = 4_000;

const asked = new Set<string>();
const names = new Map<string, string>();

/**
 * Lets each connection of this process parse a statement once, under a name. The tests of one worker ask the same few hundred
 * statements of the same connections tens of thousands of times, and to parse and plan them is most of PostgreSQL's work.
 */
export function prepareStatements(): void {
  const prototype = Client.prototype as unknown as { query: Ask };
  const ask = prototype.query;
  prototype.query = function (text, ...rest) {
    const name = typeof text === 'string' ? nameOf(text) : undefined;
    if (name === undefined) return ask.call(this, text, ...rest);
    const [values, ...others] = Array.isArray(rest[0]) ? (rest as [unknown[]]) : [[], ...rest];
    return ask.call(this, { name, text, values }, ...others);
  };
}

/** From the second time on, and only for what can be prepared. */
function nameOf(text: string): string | undefined {
  const name = names.get(text);
  if (name !== undefined || !/^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b/i.test(text)) return name;
  if (!asked.has(text)) asked.add(text);
  else if (names.size < MOST) names.set(text, `s${names.size}`);
  return names.get(text);
}
