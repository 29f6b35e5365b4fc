const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The text of the page's title; empty when it has none. */
export const titleIn = (html: string): string => decoded(/<title[^>]*>([^<]*)</i.exec(html)?.[1] ?? '').trim();

/**
 * The fields that a browser posts with the form whose action ends with `action`, before anybody has changed them;
 * undefined when the page has no such form. For pages that work without scripts.
 */
export function formIn(
  html: string,
  action: string,
): { readonly action: string; readonly fields: Record<string, string> } | undefined {
  for (const [, head = '', content = ''] of html.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gis)) {
    const to = attributeOf(head, 'action') ?? '';
    if (!to.endsWith(action)) continue;
    const fields: Record<string, string> = {};
    for (const [tag] of content.matchAll(/<(?:input|textarea|select)\b[^>]*>/gi)) {
      const [name, type = 'text'] = [attributeOf(tag, 'name'), attributeOf(tag, 'type')];
      const isChoice = /^(?:checkbox|radio)$/i.test(type);
      if (name === undefined || /^(?:submit|button)$/i.test(type)) continue;
      if (isChoice && !/\schecked\b/i.test(tag)) continue;
      fields[name] = attributeOf(tag, 'value') ?? (isChoice ? 'on' : '');
    }
    return { action: to, fields };
  }
  return undefined;
}

function attributeOf(tag: string, name: string): string | undefined {
  const found = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i').exec(tag);
  const value = found?.[1] ?? found?.[2] ?? found?.[3];
  return value === undefined ? undefined : decoded(value);
}

const decoded = (text: string): string =>
  text.replace(/&(#x?[0-9a-f]+|\w+);/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return ENTITIES[name.toLowerCase()] ?? whole;
    const point = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
