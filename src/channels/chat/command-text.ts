/**
 * The words somebody meant, from a text as chat clients send it: a mention of the bot cut out, and every kind of space
 * made one. Phones put U+2005 after a mention, PCs a plain space, and people type full-width ones.
 */
export function commandText(text: string, bot: { readonly botName: string; readonly mentioned: boolean }): string {
  // A mention shows the bot's nickname in the room, which may be none of its names; U+2005 shows where it ends.
  const cut = bot.mentioned ? text.replace(/^\s*[@＠][^\u2005]*\u2005/, '') : text;
  // JavaScript's \s holds U+2005 and the full-width U+3000; zero-width characters are left over by some clients.
  const plain = cut
    .replace(/[\u200b-\u200d\u2060]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  const name = bot.botName.replace(/\s+/g, ' ').trim();
  if (name === '') return plain;
  for (const at of ['@', '＠']) {
    const mention = at + name;
    if (plain.startsWith(mention)) return plain.slice(mention.length).trim();
    // In the middle or at the end a mention stands alone: 「@小群」 must not eat the start of 「@小群主」.
    const place = `${plain} `.indexOf(` ${mention} `);
    if (place >= 0)
      return `${plain.slice(0, place)} ${plain.slice(place + mention.length + 1)}`.replace(/ +/g, ' ').trim();
  }
  return plain;
}
