export const FIRST = 5;

/** Tags that many members get at once wait for what one of them waits for: messages are told up to 100. */
export const BULK_TAGS = 110;
