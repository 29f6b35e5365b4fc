import type { WecomApi } from '../../../../src/channels/wecom/client/wecom-api.js';
import type { SandboxOptions, SandboxRecord } from '../../../../src/sandbox/sandbox.js';
import type { Answering } from '../fake-wecom.js';
import type { Names, SandboxWorld } from './world.js';

type Ask = (api: WecomApi, names: Names) => Promise<unknown>;

/** One function of the client, and what the contract says of its endpoint. Holds in every world. */
export interface EndpointRow {
  /** The function's name. */
  readonly calls: string;
  /** The contract's section. */
  readonly section: string;
  readonly endpoint: string;
  readonly ask: Ask;
  /** What the first call carries beside the token. Neither: nothing. */
  readonly query?: (names: Names) => Readonly<Record<string, string>>;
  /** Absent: a GET. `file`: the name of the file in a multipart body. */
  readonly body?: (names: Names) => object;
  readonly file?: string;
  /** The answer of the fixture corp: a file's name, or what stands in no file. One after the other, the last for ever. */
  readonly answers: readonly Answering[];
  /** What comes of it. */
  readonly comes?: (names: Names) => unknown;
  /** What is so in the sandbox corp afterwards, picked out of its record, and how it must look. */
  readonly done?: readonly [see: (record: SandboxRecord, names: Names) => unknown, is: unknown];
  /** What stands, empty, beside an errcode. */
  readonly empty: Readonly<Record<string, unknown>>;
  /** Errcodes that are an answer and no failure: what then comes. */
  readonly outcomes?: Readonly<Record<number, (names: Names) => unknown>>;
  /** Fails for what is asked, or because of how things stand. */
  readonly refusals: readonly Refusal[];
}

export interface Refusal {
  readonly errcode: number;
  readonly when: string;
  /** Absent: as in the row. */
  readonly ask?: Ask;
  /** How the sandbox corp is, and what happened there before; answers what is called otherwise then. */
  readonly corp?: Partial<SandboxOptions>;
  readonly before?: (world: SandboxWorld) => Promise<Partial<Names> | void>;
  /** What the fixture corp answers, where it is more than the errcode. */
  readonly answers?: readonly Answering[];
}

/** The sandbox corp is told to answer so: for what nobody knows how to bring about. */
export const onOrder =
  (endpoint: string, errcode: number) =>
  async ({ corp }: SandboxWorld): Promise<void> =>
    corp.trouble({ fault: { path: `/cgi-bin/${endpoint}`, kind: 'error', errcode } });

/** The admin no longer lets the app call it. */
export const withdrawn =
  (endpoint: string) =>
  async ({ corp }: SandboxWorld): Promise<void> =>
    corp.trouble({ withdraw: { path: `/cgi-bin/${endpoint}` } });
