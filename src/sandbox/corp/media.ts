import { createHash } from 'node:crypto';
import { DAY } from '../calendar.js';
import type { IdMint } from './ids.js';

interface Medium {
  readonly hash: string;
  readonly madeAt: number;
}

const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** What was uploaded, known by its bytes: a join QR that was downloaded and uploaded again is still that QR. */
export class Media {
  private readonly byMediaId = new Map<string, Medium>();
  private readonly byUrlName = new Map<string, Medium>();
  private readonly joinQrs = new Map<string, string>();

  constructor(private readonly ids: IdMint) {}

  keep(bytes: Buffer, at: number): string {
    const mediaId = this.ids.letters('media', 64);
    this.byMediaId.set(mediaId, { hash: hashOf(bytes), madeAt: at });
    return mediaId;
  }

  /** Uploaded for good; answers the last part of its address. */
  keepImage(bytes: Buffer, at: number): string {
    const name = this.ids.letters('wwpic', 25);
    this.byUrlName.set(name, { hash: hashOf(bytes), madeAt: at });
    return name;
  }

  isAlive(mediaId: string, at: number): boolean {
    const medium = this.byMediaId.get(mediaId);
    return medium !== undefined && at - medium.madeAt <= 3 * DAY;
  }

  isImage(url: string): boolean {
    return this.byUrlName.has(lastPart(url));
  }

  rememberJoinQr(bytes: Buffer, configId: string): void {
    this.joinQrs.set(hashOf(bytes), configId);
  }

  /** The join way whose picture this is. */
  joinWayOf(medium: { readonly mediaId?: string; readonly url?: string }): string | undefined {
    const known = medium.mediaId ? this.byMediaId.get(medium.mediaId) : this.byUrlName.get(lastPart(medium.url ?? ''));
    return known && this.joinQrs.get(known.hash);
  }
}

const lastPart = (url: string): string => url.split(/[?#]/)[0]?.split('/').at(-1) ?? '';
