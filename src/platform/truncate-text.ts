const graphemes = new Intl.Segmenter('zh', { granularity: 'grapheme' });

/**
 * Cuts a message for developers to at most `maxLength` UTF-16 units, between visible characters. Removes lone surrogates,
 * which another program's cut may have left (V8 quotes a body it cannot parse by UTF-16 units).
 */
export function truncateText(text: string, maxLength: number): string {
  const wellFormed = text.replace(/\p{Cs}/gu, '');
  if (wellFormed.length <= maxLength) return wellFormed;
  return wellFormed.slice(0, graphemes.segment(wellFormed).containing(maxLength)?.index ?? maxLength);
}
