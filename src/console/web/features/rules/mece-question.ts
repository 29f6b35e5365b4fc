import type { MeceQuestion } from '../../api/rules.js';
import { isMap } from './document-form.js';

/**
 * The question whether every member fits exactly one of the rules of a document; null where its rules may overlap or leave
 * somebody out. A higher tier is tried first, and the lowest takes the rest.
 */
export function meceQuestionOf(document: string, data: unknown): MeceQuestion | null {
  const entries: unknown = isMap(data) ? data[document] : null;
  if (!Array.isArray(entries)) return null;
  const rules = (entries as readonly unknown[]).filter(isMap);
  if (document === 'tiers')
    return {
      ordered: true,
      rules: [...rules].reverse().flatMap(({ key, enter }, index) => {
        const when = index === rules.length - 1 ? 'true' : enter;
        return typeof key === 'string' && typeof when === 'string' ? [{ key, when }] : [];
      }),
    };
  return null;
}
