/** The address of the member's page, the same for everybody. `publicUrl`: under which the product is reached from outside. */
export const memberPageOf = (publicUrl: string): string => `${publicUrl.replace(/\/+$/u, '')}/m`;
