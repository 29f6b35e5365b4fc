import { HOUR_MS, MINUTE_MS } from '../day.js';
import { liesBetween, type SendingPolicy } from '../sending/send-policy.js';
import { comesAtMidnight, definitionOf, exampleMark, isInvitation } from '../triggers/read-triggers.js';
import { dayClaimsOf, trueOn } from './day-claim.js';
import type { FrontMatter } from './front-matter-schema.js';
import type { Finding } from './problem.js';
import { shortestText } from './shortest-text.js';

type Hours = Pick<SendingPolicy, 'quietFromMinute' | 'quietToMinute' | 'slotMinutes'>;

interface Texts {
  readonly text: string;
  /** Offset of the text in the file. */
  readonly at: number;
  readonly markerAt: number;
}

/** Four years, so that every kind of year and a leap day are included. */
const CALENDAR_DAYS = 4 * 365 + 1;

/**
 * Findings for a template that no occasion could ever send; without them every single message would fail later. `placeOf`
 * gives a setting's offset in the file. Without `hours` times are not checked.
 */
export function neverSent(
  values: FrontMatter,
  texts: readonly Texts[],
  placeOf: (path: readonly PropertyKey[]) => number,
  hours: Hours | undefined,
): Finding[] {
  return [
    ...(hours ? atNoTime(values, placeOf, hours) : []),
    ...byNoChannel(values, placeOf),
    ...texts.flatMap((text) => [...onNoDay(values, text), ...withoutMark(values, text)]),
  ];
}

const clock = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

function atNoTime(
  { timing, trigger, window_hours: windowHours }: FrontMatter,
  placeOf: (path: readonly PropertyKey[]) => number,
  { quietFromMinute, quietToMinute, slotMinutes }: Hours,
): Finding[] {
  const isQuiet = (minute: number): boolean => liesBetween(minute, quietFromMinute, quietToMinute);
  const quiet = `${clock(quietFromMinute)}–${clock(quietToMinute)}`;
  if (typeof timing === 'object' && isQuiet(timing.at))
    return [
      {
        code: 'time_in_quiet_hours',
        at: placeOf(['timing', 'at']),
        message: {
          zh: `${clock(timing.at)} 在安静时段（${quiet}）里，这个模板一条也发不出`,
          en: `${clock(timing.at)} lies in the quiet hours (${quiet}): nothing of this template could ever go`,
        },
        hint: { zh: '换一个安静时段之外的时间', en: 'choose a time outside the quiet hours' },
      },
    ];
  const wanted = typeof timing === 'object' ? [timing.at] : timing === 'slot' ? slotMinutes : [0, quietToMinute];
  const allowed = wanted.filter((minute) => !isQuiet(minute));
  if (allowed.length === 0)
    return [
      {
        code: 'no_time_outside_quiet_hours',
        at: placeOf(['timing']),
        message: {
          zh: `可发的时段都在安静时段（${quiet}）里，这个模板一条也发不出`,
          en: `every time it could go lies in the quiet hours (${quiet})`,
        },
        hint: { zh: '改 timing，或改 sending.yaml 里的时段', en: 'change the timing, or the hours in sending.yaml' },
      },
    ];
  // Triggers that follow the calendar fire at midnight, and the window starts then.
  const first = Math.min(...allowed);
  if (!comesAtMidnight(trigger) || first * MINUTE_MS <= windowHours * HOUR_MS) return [];
  return [
    {
      code: 'window_too_short',
      at: placeOf(['window_hours']),
      message: {
        zh: `零点触发，最早 ${clock(first)} 才能发，${windowHours} 小时的有效期已经过了`,
        en: `it is set off at midnight and can go at ${clock(first)} at the earliest: ${windowHours} hours are over by then`,
      },
      hint: {
        zh: `window_hours 至少写 ${Math.ceil((first * MINUTE_MS) / HOUR_MS)}`,
        en: `write window_hours: ${Math.ceil((first * MINUTE_MS) / HOUR_MS)} or more`,
      },
    },
  ];
}

/** A join code is for one member, so it can be sent neither in a group nor in a text message. */
function byNoChannel(
  { trigger, attach, channels }: FrontMatter,
  placeOf: (path: readonly PropertyKey[]) => number,
): Finding[] {
  if (!isInvitation(trigger) && !attach.includes('join_qr')) return [];
  if (channels.some((channel) => channel !== 'sms' && channel !== 'group_mention')) return [];
  return [
    {
      code: 'no_channel_for_code',
      at: placeOf(['channels']),
      message: {
        zh: '进群邀请不能在群里说，也不能用短信发，这个模板一条也发不出',
        en: 'an invitation goes neither before the group nor in a text message: nothing of this template could ever go',
      },
      hint: { zh: '在 channels 里加上 chat_dm 或 mass_send', en: 'add chat_dm or mass_send to channels' },
    },
  ];
}

/** For example 去年的今天 in a text that is sent only after that day. */
function onNoDay({ trigger }: FrontMatter, { text, at }: Texts): Finding[] {
  const days = definitionOf(trigger).looksBack?.days(trigger);
  if (days === undefined) return [];
  const { fixed } = shortestText(text, Infinity);
  if (dayClaimsOf(fixed).length === 0) return [];
  for (let about = 0; about < CALENDAR_DAYS; about++) {
    const day = trueOn(fixed, about);
    if (typeof day === 'number' && day >= about + days) return [];
  }
  const words = /去年|前年|前的?\s*[今这同]|上个?[月周星]|今天|今日|today|last year/i.exec(text)?.index ?? 0;
  return [
    {
      code: 'day_never_comes',
      at: at + words,
      message: {
        zh: `文字说的那一天，在第 ${days} 天触发时已经过了，永远不成立`,
        en: `the day these words speak of is over on day ${days}: they are never true`,
      },
      hint: { zh: '改文字，或改触发的天数', en: 'change the words, or the days of the trigger' },
    },
  ];
}

/** `reached` printed with a trigger that has no mark. */
function withoutMark({ trigger }: FrontMatter, { text, at }: Texts): Finding[] {
  if (exampleMark(trigger) !== undefined) return [];
  const { printed } = shortestText(text, Infinity);
  const output = printed.find((content) => /^-?\s*reached\b/.test(content) && !content.includes('default'));
  if (output === undefined) return [];
  return [
    {
      code: 'never_known',
      at: at + text.indexOf(output) + output.indexOf('reached'),
      message: {
        zh: '这个触发条件没有里程碑的数，reached 永远填不出',
        en: 'this trigger has no mark: reached can never be filled',
      },
      hint: {
        zh: '删掉 reached，或用 if 写好没有时说什么',
        en: 'take reached out, or say with an if what to write without it',
      },
    },
  ];
}
