import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  bodyFor,
  checkTemplate,
  exampleValues,
  renderBody,
  templateValues,
  type Template,
  type TemplateValues,
} from './index.js';
import type { MetricValues } from '../metrics/index.js';
import { exampleMark } from '../triggers/read-triggers.js';
import { greetingMenu } from '../service/greeting-menu.js';

const root = new URL('../../../templates/', import.meta.url).pathname;
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.md'))
  .sort();

const seed = (path: string): Template => {
  const check = checkTemplate(readFileSync(join(root, path), 'utf8'));
  if (!check.ok) throw new Error(`${path}: ${JSON.stringify(check.problems, null, 1)}`);
  return check.template;
};

/** A member of whom almost nothing is known. */
const stranger: MetricValues = {
  ...Object.fromEntries(Object.keys(exampleValues).map((name) => [name, null])),
  messages_total: 0,
  messages_30d: 0,
  orders_total: 0,
  checkins_total: 0,
  tier: 'regular',
  is_contact: true,
};
const values: Readonly<Record<string, TemplateValues>> = {
  'a known member': exampleValues,
  'a loyal member': { ...exampleValues, tier: 'loyal', tier_label: '铁杆', percent_ahead: 30, friends_count: 0 },
  'somebody hardly known': templateValues(
    stranger,
    { nickname: null, tier_label: '普通', next_tier_label: '会员', next_step: '再下1单即可成为会员' },
    20_000,
  ),
};

describe('the templates that come with the product', () => {
  it('are all there', () => {
    expect(files.map((path) => path.replace(/^.*\/|\.md$/g, '')).sort()).toEqual([
      'after-sale-arrived',
      'after-sale-in-use',
      'birthday',
      'checkin-streak',
      'checkins-missed',
      'festival-recall',
      'first-group',
      'first-order',
      'key-member',
      'level-reached',
      'messages-100',
      'messages-1000',
      'mid-autumn',
      'move-back',
      'move-invitation',
      'move-reminder',
      'move-second-try',
      'move-third-try',
      'newcomer-ask',
      'newcomer-guide',
      'newcomer-two-weeks',
      'one-close-friend',
      'one-month',
      'one-step',
      'one-week',
      'one-year',
      'orders-again',
      'orders-many',
      'service-greeting',
      'silent-30',
      'silent-60',
      'silent-90',
      'spring-festival',
      'still-there',
      'talked-with-fifth',
      'talked-with-half',
      'three-months',
      'tier-grace',
      'welcome',
      'woken-how-is-it',
      'woken-stay',
      'woken-welcome-back',
      'years-together',
    ]);
  });

  describe.each(files)('%s', (path) => {
    it('compiles, and lies where its key and kind say', () => {
      const template = seed(path);
      expect(path).toBe(`${template.kind}/${template.key}.md`);
    });

    it.each(Object.entries(values))('reads well for %s on every channel', (_who, filled) => {
      const template = seed(path);
      // Whoever reaches a mark has one.
      const shown = { ...filled, reached: filled['reached'] ?? exampleMark(template.trigger) ?? null };
      for (const variant of template.variants) {
        for (const channel of template.channels) {
          const rendered = renderBody(bodyFor(variant, channel), shown);
          if (!rendered.ok) throw new Error(`${channel}: ${rendered.message.en}`);
          expect(rendered.text).not.toMatch(/[{}%]{2}|undefined|null|NaN|object/);
          const address = String(filled['member_page'] ?? '退订');
          expect(rendered.text.replace(address, ''), 'no English in what members read').not.toMatch(/[A-Za-z]/);
          expect(rendered.text, 'no sentence with a hole').not.toMatch(/ {2}|，，|。。|「」|，。/);
          expect([...rendered.text].length, 'short').toBeLessThanOrEqual(220);
          // The reply to a mass-send is heard by a chat account alone; the page works for everybody.
          const menuBelow = template.trigger.on === 'entered_service' ? greetingMenu.tail : '';
          const ways = channel === 'mass_send' ? [address] : [address, '退订'];
          expect(
            ways.some((way) => `${rendered.text}${menuBelow}`.includes(way)),
            'says how to be left alone',
          ).toBe(true);
          expect(rendered.text, 'an address ends its line').not.toMatch(/\/m[^\n]/);
        }
      }
    });

    it('has an impersonal text for a mass-send', () => {
      const template = seed(path);
      if (!template.channels.includes('mass_send')) return;
      for (const variant of template.variants) expect(bodyFor(variant, 'mass_send').visibility).toBe('shared');
    });
  });

  it('hold a share back wherever they try to bring somebody back, and stop when the member came by himself', () => {
    const reactivations = files.map(seed).filter((template) => template.kind === 'reactivation');
    expect(reactivations).toHaveLength(4);
    for (const template of reactivations) {
      expect(template.holdoutPercent).toBe(10);
      expect(template.stopWhen?.holds({ days_since_last_seen: 1 }, new Set())).toBe(true);
      expect(template.stopWhen?.holds({ days_since_last_seen: 95 }, new Set())).toBe(false);
    }
  });
});
