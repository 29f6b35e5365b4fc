const own = {
  /** Seconds of processor time used so far, by all threads. */
  cpuSeconds() {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  },
  /** The most memory in MB that the process has had so far. */
  peakMb: () => process.resourceUsage().maxRSS / 1_024,
};

/** The child's side of `startChild`: answers requests, and ends when the parent disconnects or stops it. */
export function answerFor(questions) {
  process.on('message', async ({ id, what, about }) => {
    try {
      process.send({ id, answer: await (questions[what] ?? own[what])(about) });
    } catch (cause) {
      process.send({ id, error: cause instanceof Error ? cause.stack : String(cause) });
    }
  });
  process.on('disconnect', () => process.exit());
}
