const colours: Readonly<Record<string, number>> = { fatal: 35, error: 31, warn: 33, info: 32, debug: 36, trace: 90 };

/** `19:05:46 info engine: advanced memberId=7 facts=3`, and the stack of an error below it. */
export function prettyLine(json: string): string {
  let record: Record<string, unknown>;
  try {
    record = JSON.parse(json) as Record<string, unknown>;
  } catch {
    return json;
  }
  const { level, time, msg, context, err, ...fields } = record;
  const clock = new Date(String(time)).toTimeString().slice(0, 8);
  const name = String(level);
  const rest = Object.entries(fields).map(
    ([key, value]) => ` ${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const where = context === undefined ? '' : `${String(context)}: `;
  return `${clock} \u001b[${colours[name] ?? 0}m${name}\u001b[0m ${where}${String(msg ?? '')}${rest.join('')}\n${stackOf(err)}`;
}

function stackOf(err: unknown): string {
  if (typeof err !== 'object' || err === null || !('stack' in err)) return '';
  const cause = 'cause' in err ? stackOf(err.cause) : '';
  return `  ${String(err.stack).replaceAll('\n', '\n  ')}\n${cause && `  caused by\n${cause}`}`;
}
