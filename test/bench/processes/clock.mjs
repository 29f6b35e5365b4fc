/** Milliseconds on the machine's own clock, which is the same in every process and is never set back. */
export const nowMs = () => Number(process.hrtime.bigint()) / 1e6;
