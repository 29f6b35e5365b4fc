/** WeCom's read API is some seconds behind its callbacks (contract §3.2). */

/** Delay of a read after a callback, so that it sees the change. */
export const READ_AFTER_MS = 2_000;

/** A read does not undo a change this shortly before it, or after it. */
export const READ_DISTRUST_MS = 5_000;
