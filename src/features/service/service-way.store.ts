import type { Sql } from '../../platform/database/sql.js';

/** What an entry link of customer service is for. `about`: the id of the group or the key of the template. */
export interface ServiceWay {
  /** At most 32 of `[0-9a-zA-Z_-]`. It never changes: codes with it are printed. */
  readonly scene: string;
  readonly kind: 'any' | 'group' | 'template';
  readonly about: string;
  /** Comes back with who enters by the link. Random, because anybody can read and alter it (kf contract §8). */
  readonly pass: string;
  /** Null until WeCom has made it. */
  readonly url: string | null;
}

interface WayRow {
  scene: string;
  kind: string;
  about: string;
  pass: string;
  url: string | null;
}

/** The entry links of customer service, one per scene. */
export class ServiceWayStore {
  async all(sql: Sql): Promise<ServiceWay[]> {
    const rows = await sql.all<WayRow>('SELECT scene, kind, about, pass, url FROM service_way ORDER BY scene');
    return rows.map((row) => ({ ...row, kind: row.kind as ServiceWay['kind'] }));
  }

  /** The link of the first of these scenes that has one. */
  async urlOf(sql: Sql, scenes: readonly string[]): Promise<string | null> {
    for (const scene of scenes) {
      const row = await sql.one<{ url: string | null }>('SELECT url FROM service_way WHERE scene = $1', [scene]);
      if (row?.url) return row.url;
    }
    return null;
  }

  async add(tx: Sql, ways: readonly Omit<ServiceWay, 'url'>[], now: number): Promise<void> {
    await tx.insert(
      'service_way',
      ways.map(({ scene, kind, about, pass }) => ({ scene, account: '', kind, about, pass, requested_at: now })),
      '(scene) DO NOTHING',
    );
  }

  async setUrl(
    tx: Sql,
    scene: string,
    { url, account }: { readonly url: string; readonly account: string },
  ): Promise<void> {
    await tx.run('UPDATE service_way SET url = $1, account = $2, problem = NULL WHERE scene = $3', [
      url,
      account,
      scene,
    ]);
  }

  async setProblem(tx: Sql, scene: string, problem: string): Promise<void> {
    await tx.run('UPDATE service_way SET problem = $1 WHERE scene = $2', [problem, scene]);
  }
}

export const serviceWayStore = new ServiceWayStore();
