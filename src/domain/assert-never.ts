/** Ends an exhaustive switch: a new case that nobody wrote is a compile error, and a bug if it still arrives. */
export function assertNever(value: never): never {
  throw new Error(`unreachable case: ${JSON.stringify(value)}`);
}
