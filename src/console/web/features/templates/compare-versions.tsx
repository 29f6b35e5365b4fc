import { useMemo } from 'react';
import { useVersion, type VersionInfo } from '../../api/templates.js';
import { CompareDialog } from '../../components/editor/compare-dialog.js';
import { useTexts } from '../../i18n/i18n.js';
import { templateLanguage } from './template-language.js';

interface Props {
  readonly templateKey: string;
  readonly versions: readonly VersionInfo[];
  readonly draft: string;
  readonly left: number;
  readonly right: number | 'draft';
  readonly onClose: () => void;
}

/** The texts of two versions of a template. */
export function CompareVersions({ templateKey, versions, ...props }: Props) {
  const texts = useTexts();
  const language = useMemo(() => templateLanguage([], texts), [texts]);
  const numbers = [...new Set([...versions.map(({ version }) => version), props.left])].sort((a, b) => b - a);
  return (
    <CompareDialog
      {...props}
      versions={numbers}
      language={language}
      useVersionText={(version) => useVersion(templateKey, version).data?.text}
    />
  );
}
