/** What WeCom answers is some seconds older than what it has called back (contract §3.2). */

/** A read that follows a callback waits so long, or it would not see what the callback was about. */
export const READ_AFTER_MS = 2_000;

/** What changed so shortly before a read, or after it, is not undone by what the read says. */
export const READ_DISTRUST_MS = 5_000;
