// Addresses that one can open as somebody of the corp.
import { h, on } from './dom.js';
import { act, choose, seen, showOutcome, toast } from './corp.js';
import { say } from './words.js';

/** As the sandbox finds them in messages: see corp/links-in.ts. */
const ADDRESS = /https?:\/\/[^\s<>"'，。；！？、（）【】「」《》]+/g;

on('scan-link', async ({ who, url }) => showOutcome(await act({ do: 'scan_acquisition_link', who, url }, '')));

on('kf-link', async ({ who, url }) => {
  const outcome = await act({ do: 'open_assistant', who, url }, '');
  if (outcome?.opened) choose({ tab: 'people', person: who, phone: 'assistant', show: 'main' });
  else if (outcome) toast(say('kf_link_dead'), 'bad');
});

/** Makes this browser somebody's at the sandbox's sign-in, and goes on to the address. */
const asThem = (who, to) => `${seen.corp.corp.ownUrl}/connect/as?${new URLSearchParams({ who, to })}`;
const opens = (who, to) => ({ href: asThem(who, to), target: '_blank', rel: 'noreferrer' });

/** A button to the page for customers, opened as this customer, colleague or stranger. */
export const openPageAs = (who, words = say('open_page')) =>
  seen.corp.corp.memberPage && h('a.button', { ...opens(who, seen.corp.corp.memberPage), 'data-key': 'page' }, words);

/** The text with its addresses as links: to the product as the reader, to an acquisition link as a scan. */
export function linked(text, who) {
  const parts = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(ADDRESS)) {
    const address = found.replace(/[.,;:!?)]+$/, '');
    parts.push(text.slice(end, index), link(address, address, who));
    end = index + address.length;
  }
  return [...parts, text.slice(end)];
}

/** An address elsewhere stays text: nobody opens it from here. */
export function link(address, words, who) {
  if (!URL.canParse(address) || who === undefined) return words;
  const { host, pathname, origin } = new URL(address);
  if (origin === seen.corp.corp.ownUrl && pathname.startsWith('/ca/'))
    return h('a.address', { href: address, 'data-do': 'scan-link', 'data-who': who, 'data-url': address }, words);
  if (origin === seen.corp.corp.ownUrl && pathname.startsWith('/kf/'))
    return h('a.address', { href: address, 'data-do': 'kf-link', 'data-who': who, 'data-url': address }, words);
  return host === seen.corp.corp.trustedDomain ? h('a.address', opens(who, address), words) : words;
}
