/** Lets `size` in at once and the rest in turn. */
export class Gate {
  private inside = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly size: number) {}

  async enter(): Promise<void> {
    if (this.inside < this.size) this.inside += 1;
    else await new Promise<void>((admit) => this.waiting.push(admit));
  }

  leave(): void {
    const next = this.waiting.shift();
    // The place is handed over, so nobody slips in between.
    if (next) next();
    else this.inside -= 1;
  }

  get isIdle(): boolean {
    return this.inside === 0;
  }
}
