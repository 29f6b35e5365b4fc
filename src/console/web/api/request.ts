export interface Place {
  readonly line?: number;
  readonly column?: number;
  readonly index?: number;
  readonly setting?: string;
}

/** A mistake in a text somebody typed, with its place (lines and columns count from 1). */
export interface Problem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly hint?: string;
  /** In Chinese alone; left out where the message is. */
  readonly messageZh?: string;
  /** In English; left out where the message is in one language. */
  readonly messageEn?: string;
  readonly hintEn?: string;
}

/** A series that an edit changes for members who are in it. */
export interface EditedSeries {
  readonly key: string;
  readonly label: { readonly zh: string; readonly en: string };
  readonly isRemoved: boolean;
  readonly members: number;
  readonly places: readonly {
    readonly version: number;
    readonly step: string;
    readonly members: number;
    /** The step at which they would go on; null: none is left. */
    readonly to: string | null;
  }[];
}

interface FaultBody {
  readonly code?: string;
  readonly message?: string;
  readonly where?: Place;
  readonly problems?: readonly Problem[];
  readonly version?: number;
  readonly series?: readonly EditedSeries[];
}

/** A refusal of the server, or `offline` if there was no answer. */
export class ApiFault extends Error {
  readonly code: string;
  readonly where: Place | undefined;
  readonly problems: readonly Problem[];
  readonly version: number | undefined;
  readonly series: readonly EditedSeries[];

  constructor(
    readonly status: number,
    body: FaultBody,
  ) {
    super(body.message ?? body.code ?? `HTTP ${status}`);
    this.code = body.code ?? (status === 0 ? 'offline' : `http_${status}`);
    this.where = body.where;
    this.problems = body.problems ?? [];
    this.version = body.version;
    this.series = body.series ?? [];
  }
}

export const isFault = (error: unknown, code?: string): error is ApiFault =>
  error instanceof ApiFault && (code === undefined || error.code === code);

// The CSRF token is kept in memory only; a reload fetches it again with the session.
let csrfToken = '';
export const rememberCsrf = (token: string): void => {
  csrfToken = token;
};

export type Query = Readonly<Record<string, string | number | undefined>>;

function withQuery(path: string, query: Query | undefined): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {}))
    if (value !== undefined && value !== '') params.set(name, String(value));
  const text = params.toString();
  return text ? `${path}?${text}` : path;
}

async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Not JSON: a proxy's HTML page, or the app's page in place of an unknown route.
    throw new ApiFault(response.ok ? 502 : response.status, { code: 'not_json' });
  }
}

async function exchange<T>(path: string, init: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: 'same-origin', ...init });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ApiFault(0, {});
  }
  const body = await bodyOf(response);
  if (!response.ok) throw new ApiFault(response.status, (body ?? {}) as FaultBody);
  return body as T;
}

export const read = <T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> =>
  exchange<T>(withQuery(path, query), { method: 'GET', ...(signal ? { signal } : {}) });

export const write = <T>(
  method: 'POST' | 'PUT' | 'DELETE',
  path: string,
  body: unknown,
  signal?: AbortSignal,
): Promise<T> =>
  exchange<T>(path, {
    method,
    headers: { 'content-type': 'application/json', 'x-csrf-token': csrfToken },
    body: JSON.stringify(body),
    ...(signal ? { signal } : {}),
  });
