export interface Readiness {
  readonly ok: boolean;
  /** For an admin, in words; empty when all is well. */
  readonly detail: string;
}

/** Something the product cannot work without: the database, a channel. */
export interface ReadinessCheck {
  readonly name: string;
  check(): Readiness | Promise<Readiness>;
}

export const READINESS_CHECKS = Symbol('ReadinessChecks');

const LIMIT_MS = 2_000;

/** Asks all of them at once; one that fails or does not answer in time is not ready. */
export async function askAll(
  checks: readonly ReadinessCheck[],
  limitMs = LIMIT_MS,
): Promise<(Readiness & { name: string })[]> {
  return Promise.all(checks.map(async (each) => ({ name: each.name, ...(await ask(each, limitMs)) })));
}

async function ask(each: ReadinessCheck, limitMs: number): Promise<Readiness> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Readiness>((settle) => {
    timer = setTimeout(() => settle({ ok: false, detail: `no answer within ${limitMs} ms` }), limitMs);
  });
  // The causes are internal; an outsider may ask for readiness, so only that it failed is told.
  const asked = Promise.resolve()
    .then(() => each.check())
    .catch((): Readiness => ({ ok: false, detail: 'the check failed' }));
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}
