import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { isPerson } from '../corp/corp.js';
import { groupView } from '../page/group-view.js';
import { overview, type PageSources } from '../page/overview.js';
import { openedBy, peopleFound, personView } from '../page/person-view.js';
import { staffView } from '../page/staff-view.js';
import type { DoorResponse, DoorRequest, Door } from './http.js';

/** Beside its sources, the page needs a way to move time if nothing else drives it. */
export interface PageParts {
  readonly sources: () => PageSources;
  readonly advance: (until: number) => Promise<unknown>;
}

const ASSETS = new URL('../page/assets/', import.meta.url);
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  css: 'text/css',
  js: 'text/javascript',
  svg: 'image/svg+xml',
};

/** No foreign sources, no inline scripts, no frames. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/** The type of a picture by its first bytes; the type that the uploader claims may be wrong. */
const PICTURES = [
  { begins: Buffer.from([0x89, 0x50, 0x4e, 0x47]), type: 'image/png' },
  { begins: Buffer.from([0xff, 0xd8, 0xff]), type: 'image/jpeg' },
];

const timeShape = z.object({
  paused: z.boolean().optional(),
  /** Simulated ms per real second. */
  msPerSecond: z.number().positive().max(86_400_000).optional(),
  pushMs: z
    .number()
    .positive()
    .max(31 * 86_400_000)
    .optional(),
});

/** `/` and `/page/*`: the page that shows the corp. Its acts go through the control door. */
export function pageDoor({ sources, advance }: PageParts): Door {
  return async (request) => {
    const { path } = request;
    if (path === '/') return asset('index.html');
    if (!path.startsWith('/page/')) return undefined;
    const name = path.slice('/page/'.length);
    if (request.method === 'POST' && name === 'time') return time(request);
    if (/^[a-z-]+\.(html|css|js|svg)$/.test(name)) return asset(name);
    if (name === 'picture') return picture(request.query.get('id') ?? '');
    const json = dataFor(name, request.query);
    return json === undefined ? { status: 404, json: { error: 'unknown' } } : { status: 200, json, headers: HEADERS };
  };

  function dataFor(name: string, query: URLSearchParams): unknown {
    const { corp, recent, callbacks, opened } = sources();
    const id = query.get('id') ?? '';
    const someone = corp.who(id);
    switch (name) {
      case 'corp':
        return overview(sources());
      case 'people':
        return peopleFound(corp, query.get('q') ?? '');
      case 'group': {
        const group = corp.groups.get(id);
        return group && groupView(corp, recent, group);
      }
      case 'person':
        return isPerson(someone)
          ? { ...personView(corp, recent, someone), opened: openedBy(opened, someone.externalUserId) }
          : undefined;
      case 'staff':
        return someone && !isPerson(someone) ? staffView(corp, recent, someone) : undefined;
      case 'call':
        return recent.calls.find((call) => call.n === Number(id));
      case 'callback':
        return callbacks[Number(id)];
      default:
        return undefined;
    }
  }

  function picture(id: string): DoorResponse {
    const { corp } = sources();
    const medium = corp.media.find(id, corp.now()) ?? corp.media.image(id);
    const kind = medium && PICTURES.find(({ begins }) => medium.bytes.subarray(0, begins.length).equals(begins));
    if (!medium || !kind) return { status: 404, json: { error: 'unknown' } };
    return { status: 200, bytes: medium.bytes, type: kind.type, headers: HEADERS };
  }

  async function time({ body }: DoorRequest): Promise<DoorResponse> {
    const parsed = timeShape.safeParse(jsonOf(body));
    if (!parsed.success) return { status: 400, json: { error: 'bad_request', message: parsed.error.message } };
    const { pace, corp } = sources();
    const { paused, msPerSecond, pushMs } = parsed.data;
    if (paused !== undefined) pace.isPaused = paused;
    if (msPerSecond !== undefined) pace.msPerSecond = msPerSecond;
    if (pushMs !== undefined && pace.isDriven) pace.push(pushMs);
    else if (pushMs !== undefined) for (const until = corp.now() + pushMs; corp.now() < until;) await advance(until);
    return { status: 200, json: {} };
  }
}

async function asset(name: string): Promise<DoorResponse> {
  try {
    const bytes = await readFile(new URL(name, ASSETS));
    return {
      status: 200,
      bytes,
      type: `${TYPES[name.split('.').at(-1) ?? ''] ?? ''}; charset=utf-8`,
      headers: HEADERS,
    };
  } catch {
    return { status: 404, json: { error: 'unknown' } };
  }
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
