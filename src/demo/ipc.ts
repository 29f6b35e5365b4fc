/** What the demo's conductor and the product it runs say to each other, over the IPC of a forked process. */
export interface DemoSetup {
  readonly kind: 'setup';
  readonly startAt: number;
  readonly sandboxUrl: string;
  readonly databaseUrl: string;
  readonly survivesPowerCut: boolean;
  readonly corp: {
    readonly corpId: string;
    readonly agentId: number;
    readonly secret: string;
    readonly callbackToken: string;
    readonly callbackAesKey: string;
  };
  /** The accounts of customer service. */
  readonly kfIds: readonly string[];
  readonly apiToken: string;
  readonly adminPassword: string | null;
  readonly operators: readonly string[];
  readonly host: string;
  readonly port: number;
  /** The address of the product in messages to members and staff. */
  readonly publicUrl: string;
  readonly logLevel: string;
  /** CONFIG_DIR and TEMPLATES_DIR where they are not the usual ones. */
  readonly directories: Readonly<Record<string, string>>;
  /** The year that the console shows going by; null where none is played. */
  readonly year: { readonly from: number; readonly until: number } | null;
  /** Whether a chat account listens in the groups. */
  readonly chat: boolean;
  /** The product runs at its own pace, and a push only sets its clock. */
  readonly runsByItself: boolean;
}

export type ToProduct =
  | DemoSetup
  | { readonly kind: 'push'; readonly id: number; readonly at: number; readonly settle: boolean }
  /** It is the hour at which everything is compared; nobody waits for it. */
  | { readonly kind: 'night' }
  | { readonly kind: 'close' };

export type FromProduct =
  | { readonly kind: 'ready'; readonly url: string; readonly adminPassword: string | null }
  | { readonly kind: 'settled'; readonly id: number }
  | { readonly kind: 'failed'; readonly message: string };
