/** Where WeCom lists whom a call that succeeded did not reach: one list, or ids joined by "|". */
const places: readonly (readonly string[])[] = [
  ['fail_list'],
  ['invaliduser'],
  ['invalidparty'],
  ['invalidtag'],
  ['unlicenseduser'],
  ['failed_chat_list'],
  ['fail_info', 'unlicensed_userid_list'],
];

/** O-90455: a body with a field of the wrong type is taken in part and says so in errmsg, and only there. */
const TAKEN_IN_PART = /wrong json format/i;

/** What a success left undone, by the field that says so: how many, or 1 where WeCom does not say whom. */
export function partialFailures(
  body: Readonly<Record<string, unknown>>,
  errmsg: string,
): Readonly<Record<string, number>> {
  const found = places.flatMap((path): [string, number][] => {
    const value = path.reduce<unknown>(
      (at, step) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[step] : undefined),
      body,
    );
    const count = Array.isArray(value)
      ? value.length
      : typeof value === 'string'
        ? value.split('|').filter((id) => id !== '').length
        : 0;
    return count === 0 ? [] : [[path.at(-1)!, count]];
  });
  return Object.fromEntries(TAKEN_IN_PART.test(errmsg) ? [...found, ['wrong_json_format', 1]] : found);
}
