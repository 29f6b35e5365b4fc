import type { MetricDefinition } from '../metrics/index.js';

/** Damerau-Levenshtein distance: insertions, deletions, substitutions and swaps of neighbours. */
export function editDistance(from: string, to: string): number {
  const a = [...from];
  const b = [...to];
  let before: number[] = [];
  let above = b.map((_, index) => index).concat(b.length);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + change);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, before[j - 2]! + 1);
      row.push(best);
    }
    before = above;
    above = row;
  }
  return above[b.length]!;
}

export function nearestName(word: string, names: Iterable<string>): string | undefined {
  const limit = Math.ceil(word.length / 3);
  let best: { readonly name: string; readonly distance: number } | undefined;
  for (const name of names) {
    if (Math.abs(name.length - word.length) > limit) continue;
    const distance = editDistance(word.toLowerCase(), name.toLowerCase());
    if (distance <= limit && (!best || distance < best.distance)) best = { name, distance };
  }
  return best?.name;
}

const plainLabel = (label: string): string => label.replace(/[（(].*$|\s/gu, '').toLowerCase();

/** The metric that was probably meant by a misspelt name, part of a name, or a Chinese label. */
export function nearestMetric(word: string, metrics: Iterable<MetricDefinition>): MetricDefinition | undefined {
  const all = [...metrics];
  const wanted = word.toLowerCase();
  const byLabel = new Map(all.map((metric) => [plainLabel(metric.label.zh), metric]));
  const exact = byLabel.get(plainLabel(word));
  if (exact) return exact;
  const name = nearestName(
    word,
    all.map((metric) => metric.name),
  );
  if (name) return all.find((metric) => metric.name === name);
  const label = nearestName(plainLabel(word), byLabel.keys());
  if (label) return byLabel.get(label);
  if (wanted.length < 2) return undefined;
  return (
    all.find((metric) => metric.label.zh.toLowerCase().includes(wanted)) ??
    all.find((metric) => wanted.length > 3 && metric.name.includes(wanted))
  );
}
