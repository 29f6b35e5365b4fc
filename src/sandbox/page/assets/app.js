// Puts the page together and keeps it up to date.
import { bar, rail } from './bar.js';
import { at, begin, seen } from './corp.js';
import { h, show } from './dom.js';
import { groupList, groupMain } from './groups.js';
import { calls, callbacks, sideTabs } from './log.js';
import { peopleList, personMain } from './people.js';
import { staffList, staffMain } from './staff.js';
import { troublePanel } from './trouble.js';
import { lang, say } from './words.js';

const lists = { groups: groupList, people: peopleList, staff: staffList };
const mains = { groups: groupMain, people: personMain, staff: staffMain };
const sides = { calls, callbacks, trouble: troublePanel };
const place = (id) => document.querySelector(`#${id}`);

begin(() => {
  document.documentElement.lang = lang() === 'zh' ? 'zh-CN' : 'en';
  document.title = say('title');
  if (!seen.corp) return;
  const chats = [...document.querySelectorAll('.lines')].map((lines) => [lines, isAtEnd(lines)]);
  document.body.dataset.show = at.show;
  show(place('bar'), bar());
  show(place('rail'), rail());
  show(place('list'), lists[at.tab]());
  show(place('main'), mains[at.tab]());
  show(place('side'), sideTabs(), h('div.scroll', { 'data-key': at.log }, sides[at.log]()));
  for (const lines of document.querySelectorAll('.lines')) {
    const before = chats.find(([one]) => one === lines);
    if (!before || before[1]) lines.scrollTop = lines.scrollHeight;
  }
});

/** A list that the reader has scrolled up is not scrolled to its end. */
const isAtEnd = ({ scrollTop, scrollHeight, clientHeight }) => scrollHeight - scrollTop - clientHeight < 40;
