/** Lets `size` in at once and the rest in turn. */
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
      // The place is taken before anybody else can slip in.
      this.inside += 1;
      next();
    }
  }
}
