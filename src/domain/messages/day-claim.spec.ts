import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, isoDay } from '../day.js';
import { dayClaimsOf, trueOn } from './day-claim.js';

const day = (iso: string): number => Date.parse(`${iso}T00:00:00Z`) / DAY_MS;
const on = (text: string, about: string): string => {
  const found = trueOn(text, day(about));
  return typeof found === 'number' ? isoDay(found) : found;
};

describe('words that hold on one day only', () => {
  it.each([
    ['去年的今天，你第一次来到这里', '2028-06-10'],
    ['去年今日，你来了', '2028-06-10'],
    ['一年前的今天', '2028-06-10'],
    ['1 年之前的今天', '2028-06-10'],
    ['今天是我们认识一周年的日子', '2028-06-10'],
    ['今天，我们认识整整一年了', '2028-06-10'],
    ['前年的今天', '2029-06-10'],
    ['两年前的今天', '2029-06-10'],
    ['十二个月前的今天', '2028-06-10'],
    ['上个月的今天', '2027-07-10'],
    ['三个月前的这一天', '2027-09-10'],
    ['上周的今天', '2027-06-17'],
    ['七天前的今天', '2027-06-17'],
    ['三百六十五天前的今天', '2028-06-09'],
    ['一百天前的今天', '2027-09-18'],
    ['100 天前的今天', '2027-09-18'],
    ['一百零五天前的今天', '2027-09-23'],
    ['一千天前的今天', '2030-03-06'],
    ['二十一天前的今天', '2027-07-01'],
    ['还记得那个一年前的今天吗', '2028-06-10'],
    ['半年前的今天', '2027-12-10'],
    ['半个月前的今天', '2027-06-25'],
    ['一年半前的今天', '2028-12-10'],
    ['今天刚好满一年', '2028-06-10'],
    ['今天，我们认识满一年了', '2028-06-10'],
    ['到今天整一年', '2028-06-10'],
    ['今天，我们认识整整半年了', '2027-12-10'],
    ['今天满一周年', '2028-06-10'],
    ['今天我们认识满一百天', '2027-09-18'],
    ['认识满三个月的今天', '2027-09-10'],
    ['你来到这里满一百天的今天', '2027-09-18'],
    ['今天，林夏，我们认识满一年了', '2028-06-10'],
    ['今天有个好消息，我们认识整整一年了', '2028-06-10'],
    ['今天，你加入我们满一年了，送你一张券', '2028-06-10'],
    ['今天你来满一百天了', '2027-09-18'],
    ['今天满一年半', '2028-12-10'],
    ['今天刚好一年', '2028-06-10'],
    ['今天刚好一年。就想跟你说声谢谢', '2028-06-10'],
    ['今天正好三个月，谢谢你', '2027-09-10'],
    ['今天恰好 100 天', '2027-09-18'],
    ['今天正好一个月没见了', '2027-07-10'],
    ['今天刚好是我们认识一年的日子', '2028-06-10'],
    ['今天，我们认识三个月整', '2027-09-10'],
    ['今天是我们认识的第一百天', '2027-09-17'],
    ['今天是你来到这里的第 100 天', '2027-09-17'],
    ['今天是你入群第一天', '2027-06-10'],
    ['1,000 天前的今天', '2030-03-06'],
    ['1000 days ago today', '2030-03-06'],
    ['A year ago today you joined us', '2028-06-10'],
    ['2 weeks ago today', '2027-06-24'],
    ['on this day last year', '2028-06-10'],
  ])('%s', (text, expected) => {
    expect(on(text, '2027-06-10')).toBe(expected);
  });

  it.each([
    '今天不推荐东西，只想帮你一个忙。',
    '一周年快乐',
    '去年你来过',
    '我们认识一年了',
    'last year you joined',
    '今天有三个活动',
    '今天忙了满满一天，整整一天都在群里',
    '今天下单，满一年后可以换新',
    '今天还没满一年',
    '两个半月前的今天',
    '大半年前的今天',
    '今天消费满 100 减 20',
    '好久不见。今天开始签到满 7 天，送 50 积分。',
    '今天回来，连续打卡满三天，送你一张券。',
    '今天下单，质保满两年',
    '今天下单，质保整整两年',
    '今天加入，满一年享 8 折',
    '今天加入满一年，享 8 折',
    '今天起连续打卡满二十一天，就能领奖',
    '今天起，整整一个月免费',
    '从今天满一年',
    '今天满三天就送',
    '今天满三天，就能抽奖',
    '今天你来满三天，即可领券',
    '今天满一年的会员都有礼物',
    '今天满一年半后再换',
    '今天整整一天，群里都很热闹',
    '今天刚好两天假期',
    '今天正好三天前下过雨',
    '今天是店庆三周年',
    '今天是我们店开业十周年',
    '宝宝今天满一百天',
    '宝贝今天满三周岁',
    '今天是活动的第三天',
    '今天是我们认识的第二年',
    '签到满 7 天今天领',
    '一年零三天前的今天',
    '一年三个月前的今天',
    '今天刚好一年零三天',
    '今天满一年三个月',
  ])('are not in: %s', (text) => {
    expect(on(text, '2027-06-10')).toBe('any');
  });

  it('hold on no day where the calendar has none, or where two of them never meet', () => {
    expect(on('去年的今天', '2028-02-29')).toBe('never');
    expect(on('四年前的今天', '2028-02-29')).toBe('2032-02-29');
    expect(on('一个月前的今天', '2027-01-31')).toBe('never');
    expect(on('去年的今天，一个月前的今天', '2027-06-10')).toBe('never');
  });

  it('are a year apart by the calendar, whatever lies between', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60_000 }), (about) => {
        const found = trueOn('去年的今天', about);
        const [year, month, date] = isoDay(about).split('-');
        if (found === 'never') expect(`${month}-${date}`).toBe('02-29');
        else expect(isoDay(found as number)).toBe(`${String(Number(year) + 1).padStart(4, '0')}-${month}-${date}`);
      }),
    );
  });

  it('read a number with its commas whole', () => {
    expect(dayClaimsOf('1,200 天前的今天')).toEqual([{ unit: 'day', count: 1_200 }]);
    expect(dayClaimsOf('你好，100 天前的今天')).toEqual([{ unit: 'day', count: 100 }]);
  });

  it('are looked for in long texts without delay', () => {
    const started = performance.now();
    for (const part of [' ', '今天 ', '年', '我们', '今天，你 来 的 '])
      dayClaimsOf(`今天${part.repeat(4_000 / part.length)}满`);
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it('are named once each', () => {
    expect(dayClaimsOf('去年的今天！去年的今天，一年前的今天')).toEqual([{ unit: 'year', count: 1 }]);
  });
});
