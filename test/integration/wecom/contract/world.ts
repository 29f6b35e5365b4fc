import type { WecomApi } from '../../../../src/channels/wecom/client/wecom-api.js';
import type { Sandbox } from '../../../../src/sandbox/sandbox.js';
import type { Asked } from '../fake-wecom.js';

/** Who and what there is in a world, by the names WeCom gives them. */
export interface Names {
  readonly staff: string;
  readonly colleague: string;
  /** A contact of `staff`, and no contact of theirs. */
  readonly customer: string;
  readonly customerName: string;
  readonly stranger: string;
  /** Of `customer` as a contact. */
  readonly state: string;
  readonly chatId: string;
  readonly groupName: string;
  /** A tag the app made, and its group. */
  readonly tagId: string;
  readonly tagGroupId: string;
  readonly contactWay: string;
  /** A welcome of groups that the app made. */
  readonly groupWelcome: string;
  readonly joinWay: string;
  readonly joinState: string;
  readonly massSend: string;
  readonly welcomeCode: string;
  readonly responseCode: string;
  /** A picture that was uploaded. */
  readonly mediaId: string;
  /** Epoch seconds. */
  readonly now: number;
  /** When a day of which there are statistics begins. */
  readonly statDay: number;
}

/** One corp, and one app's way to it. What was asked of the corp is seen on the wire. */
export interface World {
  readonly api: WecomApi;
  readonly names: Names;
  asked(endpoint: string): readonly Asked[];
}

/** A corp of the sandbox's in front of which every call is seen. */
export interface SandboxWorld extends World {
  readonly corp: Sandbox;
  /** The address before the corp. */
  readonly front: string;
  /** An app of the same corp that has asked nothing yet. */
  anApp(): WecomApi;
  /** Asks as any other program would, past the client. */
  raw(path: string, body: object): Promise<Readonly<Record<string, unknown>>>;
  /** The answers that went back, as they went. */
  answered(endpoint: string): readonly Readonly<Record<string, unknown>>[];
}
