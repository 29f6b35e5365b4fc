import { isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { sectionsOf } from './sections.js';

/**
 * The template file with the weight of one variant set to 0: nobody is drawn for it any more, and its text stays. Nothing
 * else of the file changes. Null when the file names no such variant.
 */
export function withoutVariant(file: string, name: string): string | null {
  const { front } = sectionsOf(file);
  if (front === null) return null;
  const variants = parseDocument(front.text).get('variants');
  if (!isSeq(variants)) return null;
  const variant = variants.items.find((item) => isMap(item) && item.get('name') === name);
  const weight = isMap(variant) ? variant.get('weight', true) : undefined;
  if (!isScalar(weight) || !weight.range) return null;
  const [begin, end] = weight.range.map((offset) => front.at + offset) as [number, number, number];
  return `${file.slice(0, begin)}0${file.slice(end)}`;
}
