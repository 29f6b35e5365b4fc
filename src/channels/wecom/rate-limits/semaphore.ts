/** Allows `size` concurrent holders; the others wait in order. */
export class Semaphore {
  private inside = 0;
  private readonly queue: (() => void)[] = [];

  constructor(private size: number) {}

  async enter(): Promise<void> {
    if (this.inside < this.size) this.inside += 1;
    else await new Promise<void>((admit) => this.queue.push(admit));
  }

  leave(): void {
    this.inside -= 1;
    this.admitQueued();
  }

  resize(size: number): void {
    this.size = size;
    this.admitQueued();
  }

  get isIdle(): boolean {
    return this.inside === 0;
  }

  get waiting(): number {
    return this.queue.length;
  }

  private admitQueued(): void {
    while (this.inside < this.size) {
      const next = this.queue.shift();
      if (!next) return;
      // Counted here, so that no other caller can take the place first.
      this.inside += 1;
      next();
    }
  }
}
