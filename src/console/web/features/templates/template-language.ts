import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { liquid } from '@codemirror/lang-liquid';
import { yamlFrontmatter } from '@codemirror/lang-yaml';
import type { Extension } from '@codemirror/state';
import { EditorState } from '@codemirror/state';
import type { TemplateVariable } from '../../api/templates.js';
import type { Texts } from '../../i18n/i18n.js';

function completionOf(variable: TemplateVariable, label: string, { t, say }: Texts): Completion {
  const example = variable.example;
  return {
    label,
    type: 'variable',
    detail: say(variable.label),
    ...(example === null || example === '' ? {} : { info: `${t('editor.example')} ${String(example)}` }),
  };
}

/** The names that may follow a path, for example `member.`. */
function under(path: readonly string[], variables: readonly TemplateVariable[], texts: Texts): Completion[] {
  const prefix = path.length === 0 ? '' : `${path.join('.')}.`;
  const found = new Map<string, Completion>();
  for (const variable of variables) {
    if (!variable.name.startsWith(prefix)) continue;
    const [head = '', ...rest] = variable.name.slice(prefix.length).split('.');
    if (rest.length === 0) found.set(head, completionOf(variable, head, texts));
    else if (!found.has(head)) found.set(head, { label: head, type: 'namespace' });
  }
  return [...found.values()];
}

const isInFrontMatter = (state: EditorState, at: number): boolean => {
  const before = state.sliceDoc(0, at);
  return before.startsWith('---') && !/\n---[ \t]*(\n|$)/.test(before);
};

/** Completes metrics in the front matter. In the body the Liquid mode completes its own tags and filters. */
const frontMatterSource =
  (variables: readonly TemplateVariable[], texts: Texts) =>
  (context: CompletionContext): CompletionResult | null => {
    if (!isInFrontMatter(context.state, context.pos)) return null;
    const word = context.matchBefore(/[\w.]+/);
    if (!word || (word.text.length < 2 && !context.explicit)) return null;
    return {
      from: word.from,
      options: variables.map((variable) => completionOf(variable, variable.name, texts)),
      validFor: /^[\w.]*$/,
    };
  };

/** YAML front matter over a Liquid body. */
export function templateLanguage(variables: readonly TemplateVariable[], texts: Texts): Extension {
  const body = liquid({
    variables: under([], variables, texts),
    properties: (path) => under(path, variables, texts),
  });
  return [
    yamlFrontmatter({ content: body }),
    EditorState.languageData.of(() => [{ autocomplete: frontMatterSource(variables, texts) }]),
  ];
}
