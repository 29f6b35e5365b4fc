import { expect, it } from 'vitest';
import { isPerson } from './is-person.js';

const page = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const wechat =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.47(0x18002f2c) NetType/WIFI Language/zh_CN';
const chrome = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';
const cubot =
  'Mozilla/5.0 (Linux; Android 12; CUBOT P60) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36 MicroMessenger/8.0.44';

it.each([
  ['WeChat', { 'user-agent': wechat, accept: page }],
  ['a phone whose make ends in bot', { 'user-agent': cubot, accept: page }],
  ['a browser that says it navigates', { 'user-agent': chrome, accept: page, 'sec-fetch-mode': 'navigate' }],
])('counts a tap in %s', (_name, headers) => {
  expect(isPerson('GET', headers)).toBe(true);
  expect(isPerson('HEAD', headers)).toBe(false);
});

it.each([
  ['a search engine', { 'user-agent': 'Mozilla/5.0 (compatible; Baiduspider/2.0)', accept: page }],
  ['another search engine', { 'user-agent': 'Mozilla/5.0 (compatible; bingbot/2.0)', accept: page }],
  ['a messenger that makes a card', { 'user-agent': 'WhatsApp/2.23', accept: '*/*' }],
  ['a browser that makes a card', { 'user-agent': `${chrome} Slackbot-LinkExpanding 1.0`, accept: page }],
  ['a script', { 'user-agent': 'curl/8.5.0', accept: '*/*' }],
  ['nobody named', { accept: page }],
  ['WeChat where it asks for no page', { 'user-agent': wechat, accept: '*/*' }],
  ['a page fetched early', { 'user-agent': chrome, accept: page, 'sec-purpose': 'prefetch;prerender' }],
  ['a preview', { 'user-agent': wechat, accept: page, 'x-purpose': 'preview' }],
  ['a picture', { 'user-agent': chrome, accept: page, 'sec-fetch-mode': 'no-cors' }],
])('does not count %s', (_name, headers) => {
  expect(isPerson('GET', headers)).toBe(false);
});
