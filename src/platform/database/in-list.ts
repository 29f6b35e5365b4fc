import type { Sql } from './sql.js';

/**
 * For `… IN ${inNumbers(sql, 1)}` with `storableJson(ids)` as that parameter. The statement's text is the same for any
 * number of ids, so it is prepared once and never exceeds the limit on parameters.
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
