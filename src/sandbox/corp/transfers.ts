/** 1 done, 2 waiting, 3 the customer refused, 4 the new staff member has too many customers (contract §4.10). */
export type TransferStatus = 1 | 2 | 3 | 4;

export interface Transfer {
  readonly from: string;
  readonly to: string;
  readonly externalUserId: string;
  /** The staff member `from` has left the company. */
  readonly resigned: boolean;
  readonly successMessage: string;
  status: TransferStatus;
  doneAt?: number;
}

export class Transfers {
  private readonly list: Transfer[] = [];

  begin(transfer: Omit<Transfer, 'status'>): Transfer {
    const begun: Transfer = { ...transfer, status: 2 };
    this.list.push(begun);
    return begun;
  }

  waiting(from: string, externalUserId: string): Transfer | undefined {
    return this.list.find((one) => one.status === 2 && one.from === from && one.externalUserId === externalUserId);
  }

  /** The latest transfer of each customer from one staff member to the other. */
  between(from: string, to: string, resigned: boolean): Transfer[] {
    const found = this.list.filter((one) => one.from === from && one.to === to && one.resigned === resigned);
    return [...new Map(found.map((one) => [one.externalUserId, one])).values()];
  }
}
