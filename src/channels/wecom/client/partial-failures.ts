/** Fields of a success that list whom it did not reach: a list, or ids joined by "|". */
const failureFields: readonly (readonly string[])[] = [
  ['fail_list'],
  ['invaliduser'],
  ['invalidparty'],
  ['invalidtag'],
  ['unlicenseduser'],
  ['failed_chat_list'],
  ['fail_info', 'unlicensed_userid_list'],
];

/** O-90455: WeCom accepts a body with a field of the wrong type in part, and reports it only in errmsg. */
const ACCEPTED_IN_PART = /wrong json format/i;

/** The failures in a success, by field: their number, or 1 when WeCom does not list them. */
export function partialFailures(
  body: Readonly<Record<string, unknown>>,
  errmsg: string,
): Readonly<Record<string, number>> {
  const found = failureFields.flatMap((path): [string, number][] => {
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
  return Object.fromEntries(ACCEPTED_IN_PART.test(errmsg) ? [...found, ['wrong_json_format', 1]] : found);
}
