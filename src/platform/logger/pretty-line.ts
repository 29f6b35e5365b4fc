const colours: Readonly<Record<string, number>> = { fatal: 35, error: 31, warn: 33, info: 32, debug: 36, trace: 90 };

/** A line of pino. */
interface Line {
  readonly level: string;
  readonly time: string;
  readonly msg?: string;
  readonly context?: string;
  readonly [field: string]: unknown;
}

/** Formats `19:05:46 info engine: advanced memberId=7 facts=3`, followed by the stack of an error. */
export function prettyLine(json: string): string {
  let record: Line;
  try {
    record = JSON.parse(json) as Line;
  } catch {
    return json;
  }
  const { level, time, msg = '', context, err, ...fields } = record;
  const clock = new Date(time).toTimeString().slice(0, 8);
  const rest = Object.entries(fields).map(
    ([key, value]) => ` ${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const where = context === undefined ? '' : `${context}: `;
  return `${clock} \u001b[${colours[level] ?? 0}m${level}\u001b[0m ${where}${msg}${rest.join('')}\n${stackOf(err)}`;
}

function stackOf(err: unknown): string {
  if (typeof err !== 'object' || err === null || !('stack' in err)) return '';
  const cause = 'cause' in err ? stackOf(err.cause) : '';
  return `  ${String(err.stack).replaceAll('\n', '\n  ')}\n${cause && `  caused by\n${cause}`}`;
}
