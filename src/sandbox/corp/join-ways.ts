import type { IdMint } from './ids.js';

export interface JoinWaySettings {
  readonly scene: number;
  readonly remark: string;
  readonly autoCreateRoom: boolean;
  readonly roomBaseName: string;
  roomBaseId: number;
  readonly chatIds: string[];
  readonly state: string;
}

export interface JoinWay {
  readonly configId: string;
  settings: JoinWaySettings;
  /** Made by the app: only those it may read and change. */
  readonly byApp: boolean;
}

export class JoinWays {
  private readonly byConfigId = new Map<string, JoinWay>();

  constructor(private readonly ids: IdMint) {}

  create(settings: JoinWaySettings, byApp: boolean): JoinWay {
    const way: JoinWay = { configId: this.ids.hex(byApp ? 'join-way' : 'own-join-way'), settings, byApp };
    this.byConfigId.set(way.configId, way);
    return way;
  }

  get(configId: string): JoinWay | undefined {
    return this.byConfigId.get(configId);
  }

  all(): JoinWay[] {
    return [...this.byConfigId.values()];
  }

  get byAppSize(): number {
    return this.all().filter((way) => way.byApp).length;
  }

  remove(configId: string): void {
    this.byConfigId.delete(configId);
  }
}
