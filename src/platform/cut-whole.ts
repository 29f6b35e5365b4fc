const graphemes = new Intl.Segmenter('zh', { granularity: 'grapheme' });

/**
 * The beginning of a message for developers: between characters as readers see them, and without halves that another
 * program's cut has left (V8 quotes a body it cannot parse by UTF-16 units).
 */
export function cutWhole(text: string, most: number): string {
  const whole = text.replace(/\p{Cs}/gu, '');
  if (whole.length <= most) return whole;
  return whole.slice(0, graphemes.segment(whole).containing(most)?.index ?? most);
}
