/**
 * The command in a text as chat clients send it: without the mention of the bot, and with every kind of space as one plain
 * space. Phones put U+2005 after a mention, PCs a plain space, and people type full-width ones.
 */
export function commandText(text: string, bot: { readonly botName: string; readonly mentioned: boolean }): string {
  // A mention shows the bot's nickname in the room, which may differ from its name; U+2005 marks its end.
  const cut = bot.mentioned ? text.replace(/^\s*[@＠][^\u2005]*\u2005/, '') : text;
  // JavaScript's \s includes U+2005 and the full-width U+3000. Some clients leave zero-width characters in the text.
  const plain = cut
    .replace(/[\u200b-\u200d\u2060]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  const name = bot.botName.replace(/\s+/g, ' ').trim();
  if (name === '') return plain;
  for (const at of ['@', '＠']) {
    const mention = at + name;
    if (plain.startsWith(mention)) return plain.slice(mention.length).trim();
    // In the middle or at the end a mention needs spaces around it: 「@小群」 must not match the start of 「@小群主」.
    const place = `${plain} `.indexOf(` ${mention} `);
    if (place >= 0)
      return `${plain.slice(0, place)} ${plain.slice(place + mention.length + 1)}`.replace(/ +/g, ' ').trim();
  }
  return plain;
}
