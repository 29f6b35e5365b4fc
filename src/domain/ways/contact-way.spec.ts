import { describe, expect, it } from 'vitest';
import type { FactOf } from '../fact.js';
import { staffOfWay, type WayPolicy } from './contact-way.js';
import { type Occasion, chooseWelcomes } from '../occasions.js';

const policy: WayPolicy = {
  tagGroup: '渠道',
  channels: [
    { key: 'expo', name: '展会', staff: ['LinXia'], skipVerify: true, tags: [], welcome: 'welcome-expo' },
    { key: 'door', name: '门店', staff: ['LinXia'], skipVerify: true, tags: [], welcome: null },
  ],
  vip: { tiers: [], staff: [], skipVerify: true, tags: [] },
};
const greeting = (campaign: string, code: string): Occasion =>
  ({ campaign: { key: campaign }, key: `${campaign}:1`, welcome: { code, factAt: 0 } }) as unknown as Occasion;
const oneWeek = { campaign: { key: 'one-week' }, key: 'one-week:1' } as unknown as Occasion;
const came = (state: string | undefined, welcomeCode = 'code') =>
  ({ kind: 'contact_added', data: { welcomeCode, ...(state ? { state } : {}) } }) as unknown as FactOf<'contact_added'>;
const greeted = (state: string | undefined, occasions: readonly Occasion[]) =>
  chooseWelcomes(occasions, [came(state)], policy).map(({ campaign }) => campaign.key);

describe('chooseWelcomes', () => {
  const both = [greeting('welcome', 'code'), greeting('welcome-expo', 'code'), oneWeek];

  it('keeps the welcome of the channel that the newcomer came by', () => {
    expect(greeted('expo', both)).toEqual(['welcome-expo', 'one-week']);
  });
  it('drops the welcome of a channel for everybody else', () => {
    expect(greeted('door', both)).toEqual(['welcome', 'one-week']);
    expect(greeted(undefined, both)).toEqual(['welcome', 'one-week']);
  });
  it('keeps the general welcome when the own one does not fire', () => {
    expect(greeted('expo', [greeting('welcome', 'code'), oneWeek])).toEqual(['welcome', 'one-week']);
  });
  it('decides per welcome code when a newcomer added two members of staff', () => {
    const four = ['a', 'b'].flatMap((code) => [greeting('welcome', code), greeting('welcome-expo', code)]);
    const kept = chooseWelcomes(four, [came('expo', 'a'), came(undefined, 'b')], policy);
    expect(kept.map(({ campaign, welcome }) => `${campaign.key} ${welcome!.code}`)).toEqual([
      'welcome-expo a',
      'welcome b',
    ]);
  });
});

describe('staffOfWay', () => {
  it('removes staff who left, and repeats', () => {
    expect(staffOfWay(['LinXia', 'ZhaoMin', 'LinXia'], new Set(['ZhaoMin']))).toEqual(['LinXia']);
  });
});
