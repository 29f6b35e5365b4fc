/**
 * The parameters of a call. A field of the wrong type counts as absent and is recorded: the platform then warns of "wrong
 * json format" and processes the other fields.
 */
export interface Params {
  readonly malformed: boolean;
  text(name: string): string;
  texts(name: string): string[];
  number(name: string): number | undefined;
  has(name: string): boolean;
  object(name: string): Params;
  objects(name: string): Params[];
  raw(name: string): unknown;
}

export class JsonParams implements Params {
  private wrong = false;
  private readonly children: JsonParams[] = [];

  constructor(private readonly fields: Readonly<Record<string, unknown>>) {}

  static parse(body: Buffer): JsonParams {
    const text = body.toString('utf8');
    const whole = objectIn(text);
    if (whole) return new JsonParams(whole);
    const params = new JsonParams(readablePart(text));
    params.wrong = true;
    return params;
  }

  get malformed(): boolean {
    return this.wrong || this.children.some((child) => child.malformed);
  }

  raw(name: string): unknown {
    return this.fields[name];
  }

  has(name: string): boolean {
    return this.fields[name] !== undefined && this.fields[name] !== null;
  }

  text(name: string): string {
    return this.take(name, (value) => typeof value === 'string', '');
  }

  texts(name: string): string[] {
    return this.take(name, (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'), []);
  }

  number(name: string): number | undefined {
    return this.take<number | undefined>(name, (value) => typeof value === 'number', undefined);
  }

  object(name: string): Params {
    return this.child(this.take<Record<string, unknown>>(name, isRecord, {}));
  }

  objects(name: string): Params[] {
    const list = this.take<Record<string, unknown>[]>(
      name,
      (value) => Array.isArray(value) && value.every(isRecord),
      [],
    );
    return list.map((fields) => this.child(fields));
  }

  private child(fields: Record<string, unknown>): Params {
    const child = new JsonParams(fields);
    this.children.push(child);
    return child;
  }

  private take<T>(name: string, fits: (value: unknown) => boolean, otherwise: T): T {
    if (!this.has(name)) return otherwise;
    const value = this.fields[name];
    if (fits(value)) return value as T;
    this.wrong = true;
    return otherwise;
  }
}

/** The query of a GET, where every value is a text. */
export const queryParams = (query: URLSearchParams): JsonParams => {
  const fields: Record<string, unknown> = {};
  for (const [name, value] of query) fields[name] = value;
  return new JsonParams(fields);
};

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The fields before the place where the JSON ends or becomes invalid: the platform processes what it could read. */
function readablePart(text: string): Record<string, unknown> {
  for (let comma = text.lastIndexOf(','); comma > 0; comma = text.lastIndexOf(',', comma - 1)) {
    const part = objectIn(`${text.slice(0, comma)}}`);
    if (part) return part;
  }
  return {};
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
