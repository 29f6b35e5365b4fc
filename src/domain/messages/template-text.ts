import { measureOf } from '../experiments/outcomes.js';
import { festivalKeys } from '../calendar/festivals.js';
import { compileRule, defaultVocabulary, type CompiledRule, type Vocabulary } from '../rules/index.js';
import { nearestName } from '../rules/nearest-name.js';
import { compileBody, isKeptFromGroups, longerThan } from './body.js';
import type { Template, Variant } from './campaign.js';
import { channelBytes } from './channel-bytes.js';
import type { Body } from './compiled-body.js';
import type { FrontMatter } from './front-matter-schema.js';
import { readFrontMatter, type FrontMatterReading } from './front-matter.js';
import { noPublicUrl, type LinkUse } from './link-check.js';
import { pageWithoutAddress } from './member-page-check.js';
import type { VariableUse } from './liquid-reader.js';
import { LONGEST_TEXT } from './liquid.js';
import type { SendingPolicy } from '../sending/send-policy.js';
import { definitionOf } from '../triggers/read-triggers.js';
import { SERVICE_MENU_TEXT_BYTES } from '../service/service-window.js';
import { neverSent } from './never-sent.js';
import { offsetOf, problemsOf } from './places.js';
import type { Finding, TemplateProblem } from './problem.js';
import { sectionsOf, type BodySection } from './sections.js';
import { visibilities, type Visibility } from '../metrics/index.js';
import { variablesWith, type Variables } from './variables.js';

export type TemplateCheck =
  | { readonly ok: true; readonly template: Template }
  | { readonly ok: false; readonly problems: readonly TemplateProblem[]; readonly variables: readonly string[] };

interface CompiledSection extends BodySection {
  readonly body: Body | null;
  /** Offsets in the file. */
  readonly uses: readonly VariableUse[];
  readonly links: readonly LinkUse[];
  readonly variables: Variables;
}

/**
 * Checks and compiles a template file: settings in YAML between two `---` lines, then the text in Liquid, then optionally
 * `--- variant B ---`, `--- mass ---` and `--- mass variant B ---`. Returns all problems at once, with their places in the file.
 */
export function checkTemplate(
  text: string,
  vocabulary: Vocabulary = defaultVocabulary,
  sending?: SendingPolicy,
  hasPublicUrl = true,
): TemplateCheck {
  const file = text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
  if (file.length > LONGEST_TEXT) return { ok: false, problems: problemsOf(file, [tooLong]), variables: [] };

  const { front, bodies, findings: markerFindings } = sectionsOf(file);
  const known = variablesWith(vocabulary.own);
  const compiled = bodies.map((body) => compileSection(body, known));
  const sections = compiled.map(({ section }) => section);
  const variables = [...new Set(sections.flatMap(({ uses }) => uses.map((use) => use.name)))];
  const findings: Finding[] = [...markerFindings, ...compiled.flatMap((each) => each.findings)];
  if (!hasPublicUrl) {
    findings.push(...sections.flatMap(({ links }) => links.map(noPublicUrl)));
    findings.push(...sections.flatMap(({ uses }) => pageWithoutAddress(uses)));
  }
  const refused = (): TemplateCheck => ({ ok: false, problems: problemsOf(file, findings), variables });
  if (!front) return refused();

  const settings = readFrontMatter(front);
  findings.push(...settings.findings);
  if (!settings.values) return refused();

  const { values } = settings;
  const audience = compileRuleSetting('audience', values.audience, settings, vocabulary);
  const stopWhen = compileRuleSetting('stop_when', values.stop_when, settings, vocabulary);
  const watched = compileWatched(values.trigger, settings, vocabulary);
  findings.push(...audience.findings, ...stopWhen.findings, ...watched.findings);
  const sms = smsOf(values, settings, findings, { known, hasPublicUrl });
  for (const param of sms?.params ?? []) variables.push(...param.variables.filter((name) => !variables.includes(name)));
  findings.push(...unknownTiers(values, settings, vocabulary), ...unknownDays(values, settings, vocabulary));
  findings.push(...contradictions(values, settings, sections));
  const readable = sections.filter(({ body }) => body !== null);
  findings.push(...neverSent(values, readable, (path) => settings.placeOf(path), sending));
  if (findings.length > 0) return refused();

  const variants = variantsOf(values, sections);
  const rules = { audience: audience.rule, stopWhen: stopWhen.rule, rule: watched.rule };
  return { ok: true, template: { ...templateOf(values), ...rules, sms, variants, variables } };
}

function compileSection(section: BodySection, variables: Variables): { section: CompiledSection; findings: Finding[] } {
  const { body, findings, uses, links } = compileBody(section.text, variables);
  const inFile = <Placed extends { readonly at: number }>(found: readonly Placed[]): Placed[] =>
    found.map((each) => ({ ...each, at: each.at + section.at }));
  return {
    section: { ...section, body, uses: inFile(uses), links: inFile(links), variables },
    // An empty text has no place of its own, so the finding points at its marker.
    findings: findings.map((finding) => ({
      ...finding,
      at: finding.code === 'empty_text' ? section.markerAt : finding.at + section.at,
    })),
  };
}

function compileRuleSetting(
  field: 'audience' | 'stop_when',
  text: string | undefined,
  settings: FrontMatterReading,
  vocabulary: Vocabulary,
): { readonly rule: CompiledRule | null; readonly findings: readonly Finding[] } {
  if (text === undefined) return { rule: null, findings: [] };
  const compilation = compileRule(text, vocabulary);
  if (compilation.ok) return { rule: compilation.rule, findings: [] };
  const findings = compilation.problems.map(({ line, column, code, message, hint }) => ({
    code,
    at: settings.placeInside([field], offsetOf(text, line, column)),
    message,
    hint,
  }));
  return { rule: null, findings };
}

/** The condition that the trigger watches. Its mistakes stand at the setting that the trigger made it of. */
function compileWatched(
  trigger: FrontMatter['trigger'],
  settings: FrontMatterReading,
  vocabulary: Vocabulary,
): { readonly rule: CompiledRule | null; readonly findings: readonly Finding[] } {
  const watched = definitionOf(trigger).condition?.(trigger);
  if (watched === undefined) return { rule: null, findings: [] };
  const path = ['trigger', watched.setting];
  const written: unknown = trigger[watched.setting as keyof typeof trigger];
  const compilation = compileRule(watched.text, vocabulary);
  if (!compilation.ok) {
    const findings = compilation.problems.map(({ line, column, code, message, hint }) => ({
      code,
      at:
        watched.text === written
          ? settings.placeInside(path, offsetOf(watched.text, line, column))
          : settings.placeOf(path),
      message,
      hint,
    }));
    // The condition may name the setting several times, once for each mark.
    return { rule: null, findings: findings.slice(0, watched.text === written ? findings.length : 1) };
  }
  const atNight = watched.isState
    ? undefined
    : [...compilation.rule.reads.metrics].find(({ writtenBy }) => writtenBy === 'night');
  return atNight === undefined
    ? { rule: compilation.rule, findings: [] }
    : { rule: null, findings: [rankIsNoCrossing(atNight.name, settings.placeOf(path))] };
}

const rankIsNoCrossing = (name: string, at: number): Finding => ({
  code: 'rank_in_trigger',
  at,
  message: {
    zh: `${name} 是每晚给所有人算的名次，别人一动它就变，不能这样触发`,
    en: `${name} is a rank that is written for everybody at night, and moves because others do: nothing crosses it`,
  },
  hint: {
    zh: '改成 trigger: {on: rank, metric: …, within: 100}，或把它写进 audience',
    en: 'use trigger {on: rank, metric: …, within: 100}, or put it into audience',
  },
});

function unknownTiers({ trigger }: FrontMatter, settings: FrontMatterReading, vocabulary: Vocabulary): Finding[] {
  const tiers = vocabulary.values?.['tier'];
  if (!tiers || (trigger.on !== 'tier_up' && trigger.on !== 'one_step')) return [];
  const named = typeof trigger.to === 'string' ? [trigger.to] : (trigger.to ?? []);
  return named.flatMap((tier, index) => {
    if (Object.hasOwn(tiers, tier)) return [];
    const keys = Object.keys(tiers);
    const meant = nearestName(tier, keys) ?? keys.join('、');
    return [
      {
        code: 'unknown_tier',
        at: settings.placeOf(typeof trigger.to === 'string' ? ['trigger', 'to'] : ['trigger', 'to', index]),
        message: { zh: `没有这个层级：${tier}`, en: `no such tier: ${tier}` },
        hint: { zh: `是不是想写 ${meant}？`, en: `did you mean ${meant}?` },
      },
    ];
  });
}

/** Names of days in `except_days`, and the special days of a trigger, that the calendar does not know. */
function unknownDays(
  { except_days: except, trigger }: FrontMatter,
  settings: FrontMatterReading,
  vocabulary: Vocabulary,
) {
  const special = [...(vocabulary.specialDays?.keys() ?? [])];
  const days = ['weekends', 'holidays', ...festivalKeys, ...special];
  const findings = except.flatMap((name, index) =>
    days.includes(name) ? [] : [unknownDay(name, days, settings.placeOf(['except_days', index]))],
  );
  if (trigger.on === 'special_day' && !special.includes(trigger.key))
    findings.push(unknownDay(trigger.key, special, settings.placeOf(['trigger', 'key'])));
  return findings;
}

function unknownDay(name: string, days: readonly string[], at: number): Finding {
  const near = nearestName(name, days);
  return {
    code: 'unknown_day',
    at,
    message: { zh: `日历里没有「${name}」`, en: `the calendar does not know ${name}` },
    hint: near
      ? { zh: `是不是想写 ${near}？`, en: `did you mean ${near}?` }
      : {
          zh: days.length > 0 ? `可以写：${days.join('、')}` : '先在日历里写一个特别日子',
          en: days.length > 0 ? `there are: ${days.join(', ')}` : 'write special days into the calendar first',
        },
  };
}

/** Compiles the parameters of a text message, which are small Liquid texts, and adds their mistakes to `findings`. */
function smsOf(
  { sms, channels }: FrontMatter,
  settings: FrontMatterReading,
  findings: Finding[],
  { known, hasPublicUrl }: { readonly known: Variables; readonly hasPublicUrl: boolean },
): Template['sms'] {
  const wanted = channels.includes('sms');
  if (wanted !== (sms !== undefined)) {
    findings.push({
      code: 'sms_settings',
      at: settings.placeOf(wanted ? ['channels', channels.indexOf('sms')] : ['sms']),
      message: wanted
        ? { zh: '用短信要写明短信模板', en: 'a text message needs its template' }
        : { zh: '写了短信模板，channels 里却没有 sms', en: 'there is an SMS template, and no sms in channels' },
      hint: wanted
        ? { zh: "加上 sms: {template: '1234567', params: []}", en: "add sms: {template: '1234567', params: []}" }
        : { zh: '在 channels 最后加上 sms，或删掉 sms 设置', en: 'add sms to the end of channels, or take it out' },
    });
  }
  if (!sms) return null;
  const params = sms.params.flatMap((text, index) => {
    const { body, links, findings: mistakes } = compileBody(text, known);
    for (const mistake of [...mistakes, ...(hasPublicUrl ? [] : links.map(noPublicUrl))])
      findings.push({ ...mistake, at: settings.placeInside(['sms', 'params', index], mistake.at) });
    return body ? [body] : [];
  });
  return { template: sms.template, params };
}

/** Settings and texts that contradict each other. */
function contradictions(
  values: FrontMatter,
  settings: FrontMatterReading,
  sections: readonly CompiledSection[],
): Finding[] {
  return [
    ...welcomeWithoutNewContact(values, settings),
    ...greetingElsewhere(values, settings),
    ...greetingsTooLong(values, sections),
    ...tooLongForChannel(values, sections),
    ...misplacedSections(values, sections),
    ...variantsWithoutText(values, settings, sections),
  ];
}

function welcomeWithoutNewContact({ channels, trigger }: FrontMatter, settings: FrontMatterReading): Finding[] {
  if (!channels.includes('welcome') || trigger.on === 'contact_added') return [];
  return [
    {
      code: 'no_welcome_here',
      at: settings.placeOf(['channels', channels.indexOf('welcome')]),
      message: {
        zh: '欢迎语只能在加为好友时发',
        en: 'a welcome message can only go out when somebody becomes a contact',
      },
      hint: {
        zh: '把 trigger 改成 {on: contact_added}，或换一个渠道',
        en: 'use trigger {on: contact_added}, or another channel',
      },
    },
  ];
}

/** The greeting of customer service has a code that works only there. */
function greetingElsewhere({ channels, trigger }: FrontMatter, settings: FrontMatterReading): Finding[] {
  const elsewhere = channels.findIndex((channel) => channel !== 'kf');
  if (trigger.on !== 'entered_service' || elsewhere === -1) return [];
  return [
    {
      code: 'greeting_only_in_service',
      at: settings.placeOf(['channels', elsewhere]),
      message: {
        zh: '打开微信客服时的欢迎语只能用微信客服发',
        en: 'a greeting for who opens customer service can only go out there',
      },
      hint: { zh: '写成 channels: [kf]', en: 'write channels: [kf]' },
    },
  ];
}

/** A greeting has a menu below it, so it has less room than other messages. */
function greetingsTooLong({ trigger }: FrontMatter, sections: readonly CompiledSection[]): Finding[] {
  if (trigger.on !== 'entered_service') return [];
  return sections.flatMap(({ body, text, at }) => {
    const finding = body === null ? null : longerThan(text, SERVICE_MENU_TEXT_BYTES);
    return finding === null ? [] : [{ ...finding, at: finding.at + at }];
  });
}

/** A text that is longer for every member than a channel takes, whose messages it would be. */
function tooLongForChannel({ channels, variants }: FrontMatter, sections: readonly CompiledSection[]): Finding[] {
  return sections.flatMap(({ body, text, at, mass, variant }) => {
    const own = variant ?? variants[0]?.name;
    const hasMassText = sections.some((other) => other.mass && (other.variant === null || other.variant === own));
    const used = channels.filter((channel) =>
      channel === 'mass_send' ? mass || !hasMassText : channel !== 'sms' && !mass,
    );
    const finding = body === null ? null : longerThan(text, Math.min(...used.map((channel) => channelBytes[channel])));
    return finding === null ? [] : [{ ...finding, at: finding.at + at }];
  });
}

function misplacedSections(values: FrontMatter, sections: readonly CompiledSection[]): Finding[] {
  const names = values.variants.map((variant) => variant.name);
  const seen = new Set<string>();
  return sections.flatMap((section) => {
    const id = section.mass ? `mass ${section.variant ?? '*'}` : (section.variant ?? names[0] ?? '');
    const isUnknown = section.variant !== null && !names.includes(section.variant);
    const isRepeated = seen.has(id);
    seen.add(id);
    return [
      ...(isUnknown ? [unknownVariant(section.variant, section.markerAt)] : []),
      ...(isRepeated && !isUnknown ? [sectionTwice(section.markerAt)] : []),
      ...(section.mass && !values.channels.includes('mass_send') ? [massTextUnused(section.markerAt)] : []),
      ...tooPersonal(section, values, sections),
    ];
  });
}

const unknownVariant = (name: string, at: number): Finding => ({
  code: 'unknown_variant',
  at,
  message: { zh: `设置里没有版本 ${name}`, en: `the settings name no variant ${name}` },
  hint: {
    zh: `在 variants 里加上 {name: ${name}, weight: 1}`,
    en: `add {name: ${name}, weight: 1} to variants`,
  },
});

const sectionTwice = (at: number): Finding => ({
  code: 'section_twice',
  at,
  message: { zh: '这一段写了两次', en: 'this text is there twice' },
  hint: { zh: '删掉多余的一段', en: 'take one of them out' },
});

const massTextUnused = (at: number): Finding => ({
  code: 'mass_text_unused',
  at,
  message: { zh: '这段群发文字没有人会收到', en: 'nobody would get this mass text' },
  hint: {
    zh: '在 channels 里加上 mass_send，或删掉这一段',
    en: 'add mass_send to channels, or take the text out',
  },
});

function variantsWithoutText(
  { variants }: FrontMatter,
  settings: FrontMatterReading,
  sections: readonly CompiledSection[],
): Finding[] {
  return variants.flatMap(({ name }, index) => {
    // The first variant may have the text that stands without a marker.
    if (index === 0 || sections.some((section) => section.variant === name && !section.mass)) return [];
    return [
      {
        code: 'variant_without_text',
        at: settings.placeOf(['variants', index]),
        message: { zh: `版本 ${name} 没有正文`, en: `variant ${name} has no text` },
        hint: { zh: `在后面加一段 --- variant ${name} ---`, en: `add a text after --- variant ${name} ---` },
      },
    ];
  });
}

/** Variables that a text must not use: a mass text is the same for many members, and a text in the group is read by all. */
function tooPersonal(section: CompiledSection, values: FrontMatter, sections: readonly CompiledSection[]): Finding[] {
  const variant = section.variant ?? values.variants[0]?.name;
  const hasMassText = sections.some((other) => other.mass && (other.variant === null || other.variant === variant));
  const goesOutInMass = section.mass || (values.channels.includes('mass_send') && !hasMassText);
  const heardByAll = !section.mass && values.channels.includes('group_mention');
  const allowed: Visibility = goesOutInMass ? 'shared' : heardByAll ? 'personal' : 'private';
  const beyond = section.uses.filter(({ name }) => {
    const known = section.variables.byName.get(name);
    if (!known) return false;
    return (
      visibilities.indexOf(known.visibility) > visibilities.indexOf(allowed) || (heardByAll && isKeptFromGroups(name))
    );
  });
  const differs = (name: string): boolean =>
    goesOutInMass && section.variables.byName.get(name)?.visibility !== 'shared';
  return beyond.map((use) => ({
    code: differs(use.name) ? 'personal_in_mass' : 'private_in_group',
    at: use.at,
    message: differs(use.name)
      ? {
          zh: `群发文字里不能用 ${use.name}：每个人都不一样`,
          en: `${use.name} differs from member to member: not in a mass text`,
        }
      : { zh: `${use.name} 是私事，不能在群里说`, en: `${use.name} is private: not to be said in the group` },
    hint: differs(use.name)
      ? {
          zh: '另写一段 --- mass ---，不带个人信息，这样一次确认就能发给很多人',
          en: 'write a text after --- mass --- without it, so that one tap serves many members',
        }
      : { zh: '去掉 group_mention 渠道，或不用这个变量', en: 'drop the channel group_mention, or the variable' },
  }));
}

function variantsOf(values: FrontMatter, sections: readonly CompiledSection[]): Variant[] {
  const textOf = (variant: string | null, mass: boolean): Body | null =>
    sections.find((section) => section.variant === variant && section.mass === mass)?.body ?? null;
  return values.variants.flatMap(({ name, weight }, index) => {
    const body = textOf(name, false) ?? (index === 0 ? textOf(null, false) : null);
    return body ? [{ name, weight, body, mass: textOf(name, true) ?? textOf(null, true) }] : [];
  });
}

const watchedOf = ({ watched }: FrontMatter): Template['watched'] =>
  watched === undefined
    ? null
    : {
        first: watched.first,
        then: watched.then,
        opensAfterHours: watched.opens_after_hours ?? null,
        mostOptOutPercent: watched.opt_outs,
        mostFailedPercent: watched.failures,
      };

const templateOf = (
  values: FrontMatter,
): Omit<Template, 'audience' | 'stopWhen' | 'rule' | 'sms' | 'variants' | 'variables'> => ({
  key: values.key,
  name: values.name,
  kind: values.kind,
  enabled: values.enabled,
  trigger: values.trigger,
  channels: values.channels,
  timing: typeof values.timing === 'string' ? values.timing : { atMinute: values.timing.at },
  exceptDays: values.except_days,
  windowHours: values.window_hours,
  once: values.once,
  caps: values.caps === 'service' ? 'service' : values.caps.counts ? 'counted' : null,
  priority: values.priority,
  holdoutPercent: values.holdout,
  measure: measureOf(values),
  attach: values.attach,
  identify: values.identify,
  needsReview: values.review === 'required',
  watched: watchedOf(values),
});

const tooLong: Finding = {
  code: 'too_long',
  at: 0,
  message: { zh: '文件太长', en: 'the file is too long' },
  hint: { zh: `最多 ${LONGEST_TEXT} 个字符`, en: `at most ${LONGEST_TEXT} characters` },
};
