/** Milliseconds on the machine's monotonic clock, which all processes share. */
export const nowMs = () => Number(process.hrtime.bigint()) / 1e6;
