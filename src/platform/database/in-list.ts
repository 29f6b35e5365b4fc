import type { Sql } from './sql.js';

/**
 * For `… IN ${inNumbers(sql, 1)}` with `storableJson(ids)` as that parameter: the statement's text is the same
 * however many ids there are, so it is prepared once, and no limit on parameters is met.
 */
export const inNumbers = (sql: Pick<Sql, 'dialect'>, placeholder: number): string =>
  sql.dialect === 'postgres'
    ? `(SELECT value::bigint FROM jsonb_array_elements_text($${placeholder}::jsonb))`
    : `(SELECT value FROM json_each($${placeholder}))`;

/** As `inNumbers`, for texts. */
export const inTexts = (sql: Pick<Sql, 'dialect'>, placeholder: number): string =>
  sql.dialect === 'postgres'
    ? `(SELECT value FROM jsonb_array_elements_text($${placeholder}::jsonb))`
    : `(SELECT value FROM json_each($${placeholder}))`;
