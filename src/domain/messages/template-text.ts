import { compileRule, defaultVocabulary, type CompiledRule, type Vocabulary } from '../rules/index.js';
import { nearestName } from '../rules/nearest-name.js';
import { compileBody, isKeptFromGroups } from './body.js';
import type { Body, Template, Variant } from './campaign.js';
import type { FrontMatter } from './front-matter-schema.js';
import { readFrontMatter, type FrontMatterReading } from './front-matter.js';
import type { VariableUse } from './liquid-reader.js';
import { LONGEST_TEXT } from './liquid.js';
import type { SendingPolicy } from '../sending/send-policy.js';
import { neverSent } from './never-sent.js';
import { offsetOf, problemsOf } from './places.js';
import type { Finding, TemplateProblem } from './problem.js';
import { sectionsOf, type BodySection } from './sections.js';
import { visibilities, type Visibility } from '../metrics/index.js';
import { templateVariablesByName } from './variables.js';

export type TemplateCheck =
  | { readonly ok: true; readonly template: Template }
  | { readonly ok: false; readonly problems: readonly TemplateProblem[]; readonly variables: readonly string[] };

interface CompiledSection extends BodySection {
  readonly body: Body | null;
  /** Offsets in the file. */
  readonly uses: readonly VariableUse[];
}

/**
 * Reads a template file: settings in YAML between two lines of `---`, then the text in Liquid, then, where wanted,
 * `--- variant B ---`, `--- mass ---` and `--- mass variant B ---`. Tells all problems at once, with their places in the file.
 */
export function checkTemplate(
  text: string,
  vocabulary: Vocabulary = defaultVocabulary,
  sending?: SendingPolicy,
): TemplateCheck {
  const file = text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
  if (file.length > LONGEST_TEXT) return { ok: false, problems: problemsOf(file, [tooLong]), variables: [] };

  const { front, bodies, findings: marks } = sectionsOf(file);
  const sections = bodies.map(compiled);
  const variables = [...new Set(sections.flatMap(({ section }) => section.uses.map((use) => use.name)))];
  const findings: Finding[] = [...marks, ...sections.flatMap((each) => each.findings)];
  const refused = (): TemplateCheck => ({ ok: false, problems: problemsOf(file, findings), variables });
  if (!front) return refused();

  const settings = readFrontMatter(front);
  findings.push(...settings.findings);
  if (!settings.values) return refused();

  const audience = ruleAt('audience', settings.values.audience, settings, vocabulary, findings);
  const stopWhen = ruleAt('stop_when', settings.values.stop_when, settings, vocabulary, findings);
  const sms = smsOf(settings.values, settings, findings);
  for (const param of sms?.params ?? []) variables.push(...param.variables.filter((name) => !variables.includes(name)));
  findings.push(...unknownTiers(settings.values, settings, vocabulary));
  findings.push(
    ...misfits(
      settings.values,
      settings,
      sections.map((each) => each.section),
    ),
  );
  const readable = sections.flatMap(({ section }) => (section.body ? [section] : []));
  findings.push(...neverSent(settings.values, readable, (path) => settings.placeOf(path), sending));
  if (findings.length > 0) return refused();

  const variants = variantsOf(
    settings.values,
    sections.map((each) => each.section),
  );
  return { ok: true, template: { ...templateOf(settings.values), audience, stopWhen, sms, variants, variables } };
}

function compiled(section: BodySection): { section: CompiledSection; findings: Finding[] } {
  const { body, findings, uses } = compileBody(section.text);
  return {
    section: { ...section, body, uses: uses.map((use) => ({ ...use, at: use.at + section.at })) },
    // An empty text has no place of its own: its mark is shown.
    findings: findings.map((finding) => ({
      ...finding,
      at: finding.code === 'empty_text' ? section.markerAt : finding.at + section.at,
    })),
  };
}

function ruleAt(
  field: 'audience' | 'stop_when',
  text: string | undefined,
  settings: FrontMatterReading,
  vocabulary: Vocabulary,
  findings: Finding[],
): CompiledRule | null {
  if (text === undefined) return null;
  const compilation = compileRule(text, vocabulary);
  if (compilation.ok) return compilation.rule;
  for (const { line, column, code, message, hint } of compilation.problems) {
    findings.push({ code, at: settings.placeInside([field], offsetOf(text, line, column)), message, hint });
  }
  return null;
}

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

/** The values of a text message are small texts of their own; a mistake in one is shown where it stands. */
function smsOf({ sms, channels }: FrontMatter, settings: FrontMatterReading, findings: Finding[]): Template['sms'] {
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
    const { body, findings: mistakes } = compileBody(text);
    for (const mistake of mistakes)
      findings.push({ ...mistake, at: settings.placeInside(['sms', 'params', index], mistake.at) });
    return body ? [body] : [];
  });
  return { template: sms.template, params };
}

/** Settings and texts that are right each by itself and do not go together. */
function misfits(values: FrontMatter, settings: FrontMatterReading, sections: readonly CompiledSection[]): Finding[] {
  const findings: Finding[] = [];
  const channelAt = (channel: FrontMatter['channels'][number]): number =>
    settings.placeOf(['channels', values.channels.indexOf(channel)]);
  if (values.channels.includes('welcome') && values.trigger.on !== 'contact_added') {
    findings.push({
      code: 'no_welcome_here',
      at: channelAt('welcome'),
      message: {
        zh: '欢迎语只能在加为好友时发',
        en: 'a welcome message can only go out when somebody becomes a contact',
      },
      hint: {
        zh: '把 trigger 改成 {on: contact_added}，或换一个渠道',
        en: 'use trigger {on: contact_added}, or another channel',
      },
    });
  }

  const names = values.variants.map((variant) => variant.name);
  const seen = new Set<string>();
  for (const section of sections) {
    const id = section.mass ? `mass ${section.variant ?? '*'}` : (section.variant ?? names[0] ?? '');
    if (section.variant !== null && !names.includes(section.variant)) {
      findings.push({
        code: 'unknown_variant',
        at: section.markerAt,
        message: { zh: `设置里没有版本 ${section.variant}`, en: `the settings name no variant ${section.variant}` },
        hint: {
          zh: `在 variants 里加上 {name: ${section.variant}, weight: 1}`,
          en: `add {name: ${section.variant}, weight: 1} to variants`,
        },
      });
    } else if (seen.has(id)) {
      findings.push({
        code: 'section_twice',
        at: section.markerAt,
        message: { zh: '这一段写了两次', en: 'this text is there twice' },
        hint: { zh: '删掉多余的一段', en: 'take one of them out' },
      });
    }
    seen.add(id);
    if (section.mass && !values.channels.includes('mass_send')) {
      findings.push({
        code: 'mass_text_unused',
        at: section.markerAt,
        message: { zh: '这段群发文字没有人会收到', en: 'nobody would get this mass text' },
        hint: {
          zh: '在 channels 里加上 mass_send，或删掉这一段',
          en: 'add mass_send to channels, or take the text out',
        },
      });
    }
    findings.push(...tooPersonal(section, values, sections));
  }
  for (const [index, name] of names.entries()) {
    if (index === 0 || sections.some((section) => section.variant === name && !section.mass)) continue;
    findings.push({
      code: 'variant_without_text',
      at: settings.placeOf(['variants', index]),
      message: { zh: `版本 ${name} 没有正文`, en: `variant ${name} has no text` },
      hint: { zh: `在后面加一段 --- variant ${name} ---`, en: `add a text after --- variant ${name} ---` },
    });
  }
  return findings;
}

/** A mass text is one for many; a text said in the group is heard by all. */
function tooPersonal(section: CompiledSection, values: FrontMatter, sections: readonly CompiledSection[]): Finding[] {
  const variant = section.variant ?? values.variants[0]?.name;
  const hasMassText = sections.some((other) => other.mass && (other.variant === null || other.variant === variant));
  const goesOutInMass = section.mass || (values.channels.includes('mass_send') && !hasMassText);
  const heardByAll = !section.mass && values.channels.includes('group_mention');
  const allowed: Visibility = goesOutInMass ? 'shared' : heardByAll ? 'personal' : 'private';
  const beyond = section.uses.filter(({ name }) => {
    const known = templateVariablesByName.get(name);
    if (!known) return false;
    return (
      visibilities.indexOf(known.visibility) > visibilities.indexOf(allowed) || (heardByAll && isKeptFromGroups(name))
    );
  });
  const differs = (name: string): boolean =>
    goesOutInMass && templateVariablesByName.get(name)?.visibility !== 'shared';
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

const templateOf = (
  values: FrontMatter,
): Omit<Template, 'audience' | 'stopWhen' | 'sms' | 'variants' | 'variables'> => ({
  key: values.key,
  name: values.name,
  kind: values.kind,
  enabled: values.enabled,
  trigger: values.trigger,
  channels: values.channels,
  timing: typeof values.timing === 'string' ? values.timing : { atMinute: values.timing.at },
  windowHours: values.window_hours,
  once: values.once,
  caps: values.caps === 'service' ? 'service' : values.caps.counts ? 'counted' : null,
  priority: values.priority,
  holdoutPercent: values.holdout,
  attach: values.attach,
});

const tooLong: Finding = {
  code: 'too_long',
  at: 0,
  message: { zh: '文件太长', en: 'the file is too long' },
  hint: { zh: `最多 ${LONGEST_TEXT} 个字符`, en: `at most ${LONGEST_TEXT} characters` },
};
