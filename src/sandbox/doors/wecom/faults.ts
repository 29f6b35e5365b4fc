/** Trouble ordered for the next calls of one endpoint. */
export interface Fault {
  readonly path: string;
  /** `error` answers this code; `lose_call` cuts the line before the work is done, `lose_answer` after. */
  readonly kind: 'error' | 'lose_call' | 'lose_answer';
  readonly errcode?: number;
  times: number;
}

export class Faults {
  private readonly ordered: Fault[] = [];

  order(fault: Fault): void {
    this.ordered.push(fault);
  }

  next(path: string): Fault | undefined {
    const fault = this.ordered.find((one) => one.path === path && one.times > 0);
    if (fault) fault.times -= 1;
    return fault;
  }
}
