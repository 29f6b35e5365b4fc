// Bodies that an attacker can send to the callback URL, each as expensive to parse as possible.
const BYTES = 250_000;

/** Repeats `piece` up to about 250 kB. */
const filled = (head, piece, tail = '') => {
  const times = Math.floor((BYTES - head.length - tail.length) / Buffer.byteLength(piece(0)));
  return head + Array.from({ length: times }, (_, index) => piece(index)).join('') + tail;
};
const numbered = (index) => String(index).padStart(6, '0');

export const junk = {
  siblings: filled('<xml>', () => '<a><b/></a>', '</xml>'),
  uniqueNames: filled('<xml>', (index) => `<a${numbered(index)}><b/></a${numbered(index)}>`, '</xml>'),
  nested: filled('<xml>', () => `${'<a>'.repeat(90)}${'</a>'.repeat(90)}`, '</xml>'),
  deep: filled('<xml>', () => '<a>'),
  instructions: filled('<xml>', () => '<?a b?>', '</xml>'),
  openings: filled('<xml>', () => '<Encrypt>', '</xml>'),
  openedAndClosed: filled('<xml>', () => '<Encrypt></Encrypt>', '</xml>'),
  cdata: filled('<xml>', () => '<![CDATA[', '</xml>'),
  comments: filled('', () => '<!-- -->', '<xml><Encrypt>A</Encrypt></xml>'),
  // The most expensive one: its signature must be computed.
  ciphertext: filled('<xml><Encrypt><![CDATA[', () => 'A', ']]></Encrypt></xml>'),
  json: filled('{', (index) => `"a${numbered(index)}":{},`, '"b":1}'),
  deepJson: filled('{"encrypt":', () => '['),
  quotes: filled('{"encrypt":"', () => '\\"', '"}'),
  escapes: filled('{"encrypt":"', () => '\\/', '"}'),
  chinese: filled('<xml><Encrypt>', () => '群', '</Encrypt></xml>'),
};
