import { useRuleVersion, type RuleVersionInfo } from '../../api/rules.js';
import { CompareDialog } from '../../components/editor/compare-dialog.js';
import { plainYaml } from './rule-language.js';

interface Props {
  readonly document: string;
  readonly versions: readonly RuleVersionInfo[];
  readonly draft: string;
  readonly left: number;
  readonly right: number | 'draft';
  readonly onClose: () => void;
}

/** The texts of two versions of a rule document. */
export function CompareVersions({ document, versions, ...props }: Props) {
  return (
    <CompareDialog
      {...props}
      versions={versions.map(({ version }) => version)}
      language={plainYaml}
      useVersionText={(version) => useRuleVersion(document, version).data?.text}
    />
  );
}
