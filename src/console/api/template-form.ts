import { parse } from 'yaml';
import { z } from 'zod';
import { festivalKeys, festivalOf } from '../../domain/calendar/festivals.js';
import type { Context } from '../../domain/context.js';
import type { LocalizedText } from '../../domain/localized-text.js';
import { channelBytes } from '../../domain/messages/index.js';
import { triggers } from '../../domain/triggers/index.js';
import { campaignChannelLabels } from '../../insights/words/channel-words.js';
import { triggerChoiceWords, triggerNames, triggerSettingWords } from '../../insights/words/trigger-setting-words.js';

interface Choice {
  readonly value: string;
  readonly label: LocalizedText;
}

/** A field of a form in the console; `kind` names its control there. */
interface SettingField {
  readonly key: string;
  readonly label: LocalizedText;
  readonly kind: 'int' | 'numbers' | 'switch' | 'choice' | 'picks' | 'condition' | 'text';
  readonly choices?: readonly Choice[];
  readonly isOptional: boolean;
}

/** What the schema of a setting says of its values. */
interface SettingSchema {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly items?: { readonly type?: string };
  readonly default?: unknown;
}

type Names = Pick<Context, 'ruleset' | 'vocabulary' | 'tags'>;
const asWritten = (name: string): LocalizedText => ({ zh: name, en: name });

/** What the form of a template offers: derived from the triggers' own settings and the rules in force. */
export function templateForm(names: Names) {
  return {
    triggers: triggers.map(({ on, schema, hint }) => ({
      on,
      label: triggerNames[on],
      fields: fieldsOf(on, schema, names),
      example: exampleOf(hint.en),
    })),
    tags: names.tags.map(({ name }) => name),
    days: [
      { value: 'weekends', label: { zh: '周末', en: 'weekends' } },
      { value: 'holidays', label: { zh: '放假', en: 'days off' } },
      ...festivalKeys.map((key) => ({ value: key, label: festivalOf(key).label })),
      ...specialDays(names),
    ],
    channels: Object.entries(campaignChannelLabels).map(([value, label]) => ({
      ...{ value, label },
      bytes: channelBytes[value as keyof typeof campaignChannelLabels],
    })),
  };
}

/** The settings in a trigger's hint: they are what somebody begins with who chooses the trigger. */
export const exampleOf = (hint: string): Readonly<Record<string, unknown>> =>
  parse(/\{on:[^}]*\}/.exec(hint)?.[0] ?? '{}') as Readonly<Record<string, unknown>>;

function fieldsOf(on: string, schema: z.ZodType, names: Names): SettingField[] {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input' }) as {
    readonly properties?: Readonly<Record<string, SettingSchema>>;
    readonly required?: readonly string[];
  };
  return Object.entries(properties).flatMap(([key, setting]) =>
    key === 'on' ? [] : [{ ...fieldOf(on, key, setting, names), isOptional: !required.includes(key) }],
  );
}

function fieldOf(on: string, key: string, setting: SettingSchema, names: Names): Omit<SettingField, 'isOptional'> {
  const label = triggerSettingWords[`${on}.${key}`] ?? triggerSettingWords[key] ?? asWritten(key);
  const choices = choicesOf(on, key, setting, names);
  if (choices) return { key, label, kind: setting.type === 'array' ? 'picks' : 'choice', choices };
  if (setting.type === 'integer') return { key, label, kind: 'int' };
  if (setting.type === 'boolean') return { key, label, kind: 'switch' };
  if (setting.type === 'array') return { key, label, kind: 'numbers' };
  return { key, label, kind: key === 'when' ? 'condition' : 'text' };
}

function choicesOf(on: string, key: string, setting: SettingSchema, names: Names): readonly Choice[] | undefined {
  const { ruleset, vocabulary, tags } = names;
  if (setting.enum)
    return setting.enum.map((value) => ({ value, label: choiceLabel(`${on}.${key}.${value}`, value, names) }));
  switch (`${on}.${key}`) {
    case 'segment.key':
      return [...(vocabulary.segments ?? [])].map(([value, { label }]) => ({ value, label }));
    case 'special_day.key':
      return specialDays(names);
    case 'tag.name':
      return tags.map(({ name }) => ({ value: name, label: asWritten(name) }));
    case 'tier_up.to':
    case 'one_step.to':
      return ruleset.tiers.map(({ key: value, label }) => ({ value, label }));
    case 'reached.metric':
    case 'dropped.metric':
      return [...vocabulary.metrics.values()]
        .filter(({ type, writtenBy }) => type === 'int' && writtenBy !== 'night')
        .map(({ name: value, label }) => ({ value, label }));
    default:
      return undefined;
  }
}

function choiceLabel(name: string, value: string, { vocabulary }: Names): LocalizedText {
  const festival = festivalKeys.find((key) => key === value);
  if (name.startsWith('festival.') && festival) return festivalOf(festival).label;
  return triggerChoiceWords[name] ?? vocabulary.metrics.get(value)?.label ?? asWritten(value);
}

const specialDays = ({ vocabulary }: Names): Choice[] =>
  [...(vocabulary.specialDays ?? [])].map(([value, label]) => ({ value, label }));
