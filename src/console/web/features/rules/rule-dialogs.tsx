import { lazy, Suspense } from 'react';
import type { RuleDocument } from '../../api/rules.js';
import { ConflictDialog } from './conflict-dialog.js';
import { DryRunDrawer } from './dry-run-drawer.js';
import { MetricsDrawer } from './metrics-drawer.js';
import { PublishDialog } from './publish-dialog.js';
import { RestoreDialog } from './restore-dialog.js';
import { SeriesDialog } from './series-dialog.js';
import type { RuleBench } from './use-rule-bench.js';
import { VersionsDrawer } from './versions-drawer.js';

const CompareVersions = lazy(async () => ({ default: (await import('./compare-versions.js')).CompareVersions }));

/** The dialogs and drawers of a rule document; at most one is open. */
export function RuleDialogs({ rule, bench }: { readonly rule: RuleDocument; readonly bench: RuleBench }) {
  const { asking, ask, document, text, base } = bench;
  const close = (): void => ask(null);
  return (
    <>
      <PublishDialog bench={bench} />
      <RestoreDialog bench={bench} />
      <ConflictDialog bench={bench} />
      <SeriesDialog bench={bench} />
      <MetricsDrawer open={asking?.kind === 'metrics'} onClose={close} />
      <DryRunDrawer
        open={asking?.kind === 'dryRun'}
        document={document}
        text={text}
        onPublish={() => ask({ kind: 'publish' })}
        onClose={close}
      />
      <VersionsDrawer
        open={asking?.kind === 'versions'}
        document={document}
        versions={rule.versions}
        current={base.version}
        onCompare={(left) => ask({ kind: 'compare', left, right: bench.dirty ? 'draft' : base.version })}
        onRestore={(version) => ask({ kind: 'restore', version })}
        onClose={close}
      />
      <Suspense fallback={null}>
        {asking?.kind === 'compare' && (
          <CompareVersions
            document={document}
            versions={rule.versions}
            draft={text}
            left={asking.left}
            right={asking.right}
            onClose={close}
          />
        )}
      </Suspense>
    </>
  );
}
