import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { palette } from '../../theme/palette.js';
import { monoFont } from '../../theme/theme.js';

const inks = HighlightStyle.define([
  { tag: [tags.definition(tags.propertyName), tags.propertyName], color: '#0b6672' },
  { tag: [tags.keyword, tags.controlKeyword, tags.operatorKeyword, tags.tagName], color: '#a31f3d' },
  { tag: [tags.string, tags.special(tags.string)], color: '#8a5604' },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: '#62498f' },
  { tag: [tags.variableName, tags.special(tags.variableName)], color: '#14684b', fontWeight: '600' },
  { tag: [tags.function(tags.variableName)], color: '#62498f' },
  { tag: [tags.comment, tags.meta], color: palette.inkFaint },
  { tag: [tags.punctuation, tags.brace, tags.bracket, tags.separator, tags.operator], color: palette.inkFaint },
]);

export const look = [
  syntaxHighlighting(inks),
  EditorView.lineWrapping,
  EditorView.theme({
    '&': { height: '100%', fontSize: '13.5px', backgroundColor: 'transparent' },
    '&.cm-focused': { outline: 'none' },
    '.cm-scroller': { fontFamily: monoFont, lineHeight: '1.75' },
    '.cm-content': { padding: '14px 0', caretColor: palette.ink },
    '.cm-line': { padding: '0 16px 0 8px' },
    '.cm-gutters': { backgroundColor: palette.sunken, color: palette.inkFaint, border: 'none', paddingLeft: '4px' },
    '.cm-activeLine': { backgroundColor: 'rgba(26, 117, 86, 0.045)' },
    '.cm-activeLineGutter': { backgroundColor: 'transparent', color: palette.ink },
    '.cm-selectionBackground, &.cm-focused .cm-selectionBackground': { backgroundColor: '#cfe6da !important' },
    '.cm-tooltip': {
      border: `1px solid ${palette.line}`,
      borderRadius: '10px',
      backgroundColor: palette.surface,
      boxShadow: '0 12px 32px -8px rgba(23, 35, 30, 0.18)',
      overflow: 'hidden',
    },
    '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: monoFont, maxHeight: '16em', padding: '4px' },
    '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '4px 10px', borderRadius: '6px' },
    '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: palette.jadeWash, color: palette.ink },
    '.cm-completionDetail': { color: palette.inkFaint, fontStyle: 'normal', marginLeft: '1.2em' },
    '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700', color: palette.jade },
    '.cm-diagnostic-error': { borderLeft: `3px solid ${palette.crimson}` },
    '.cm-lintRange-error': {
      backgroundImage: 'none',
      textDecoration: `underline wavy ${palette.crimson}`,
      textUnderlineOffset: '4px',
    },
    '&.cm-merge-a .cm-changedLine, .cm-deletedChunk': { backgroundColor: '#fdf3f5' },
    '&.cm-merge-b .cm-changedLine, &.cm-merge-b .cm-inlineChangedLine': { backgroundColor: '#f1f8f4' },
    '&.cm-merge-a .cm-changedText, .cm-deletedChunk .cm-deletedText': { background: '#f6cbd4' },
    '&.cm-merge-b .cm-changedText': { background: '#bfe2d1' },
    '&.cm-merge-a .cm-changedLineGutter, .cm-deletedLineGutter': { background: '#c53a57' },
    '&.cm-merge-b .cm-changedLineGutter': { background: '#3a9a77' },
    '.cm-collapsedLines': { color: palette.inkFaint, background: palette.sunken, fontSize: '12.5px' },
    '.cm-collapsedLines::before, .cm-collapsedLines::after': { content: '"···"', margin: '0 8px' },
  }),
];
