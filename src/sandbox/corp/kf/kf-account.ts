/** A servicer's own setting in the client. */
export interface Servicer {
  readonly userid: string;
  status: 'serving' | 'paused' | 'stopped';
}

/** An account of customer service (客服账号) that customers open in WeChat. */
export interface KfAccount {
  /** `wk…`, case-sensitive. */
  readonly openKfid: string;
  name: string;
  /** The media_id of the avatar. */
  avatar: string;
  /** Whether the app may manage the account and its messages; the administrator grants it per account. */
  granted: boolean;
  deleted: boolean;
  /** Servicers added by name. The staff of `departments` serve, too: see `servicerOf`. */
  readonly servicers: Map<string, Servicer>;
  readonly departments: Set<number>;
  /** Staff of the departments who have paused, stopped or begun to serve. */
  readonly departmentServicers: Map<string, Servicer>;
  /** The path of its entry link. */
  readonly linkId: string;
  /** enc_scene → scene. Every call of add_contact_way makes another; all stay valid. */
  readonly scenes: Map<string, string>;
}
