export interface Readiness {
  readonly ok: boolean;
  /** For an admin; empty when the check succeeds. */
  readonly detail: string;
}

/** Checks something the product needs: the database, a channel. */
export interface ReadinessCheck {
  readonly name: string;
  check(): Readiness | Promise<Readiness>;
}

export const READINESS_CHECKS = Symbol('ReadinessChecks');

const LIMIT_MS = 2_000;

/** Runs all checks in parallel. A check that throws or takes too long is not ready. */
export async function checkAll(
  checks: readonly ReadinessCheck[],
  limitMs = LIMIT_MS,
): Promise<(Readiness & { name: string })[]> {
  return Promise.all(checks.map(async (each) => ({ name: each.name, ...(await runCheck(each, limitMs)) })));
}

async function runCheck(each: ReadinessCheck, limitMs: number): Promise<Readiness> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Readiness>((settle) => {
    timer = setTimeout(() => settle({ ok: false, detail: `no answer within ${limitMs} ms` }), limitMs);
  });
  // Anybody may ask for readiness, so the answer does not contain the internal cause.
  const checked = Promise.resolve()
    .then(() => each.check())
    .catch((): Readiness => ({ ok: false, detail: 'the check failed' }));
  try {
    return await Promise.race([checked, late]);
  } finally {
    clearTimeout(timer);
  }
}
