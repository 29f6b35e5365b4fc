import { RightOutlined } from '@ant-design/icons';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { DryRunSample, RulesReport } from '../../api/dry-runs.js';
import { BecausePanel } from '../../components/because-panel.js';
import { useStageName, useTierName } from '../../components/corp.js';
import { count } from '../../components/figures.js';
import { TierPill } from '../../components/tier-pill.js';
import { useTexts } from '../../i18n/i18n.js';
import { FlowTable, ReportPart } from './report-part.js';
import styles from './rules.module.css';

const MINUTE_MS = 60_000;

/** The figures of a dry run, from what happens to members to what it costs. */
export function DryRunReport({ report, picture }: { readonly report: RulesReport; readonly picture: ReactNode }) {
  const { t } = useTexts();
  const stageName = useStageName();
  const people = (n: number): string => t('launch.people', { n: count(n) });
  const moved = report.flows.filter(({ from, to }) => from !== to);
  return (
    <>
      <p className={styles.headline} role="status">
        {report.changed === 0
          ? t('dryRun.nobody', { members: count(report.members) })
          : t('dryRun.headline', { changed: count(report.changed), members: count(report.members) })}
      </p>
      {!report.exact && <p className="faint">{t('dryRun.estimated', { n: count(report.evaluated) })}</p>}
      {report.leftOut > 0 && <p className="faint">{t('dryRun.leftOut', { n: count(report.leftOut) })}</p>}
      {picture}
      <FlowTable title={t('dryRun.flows')} flows={moved} nText={people} />
      <FlowTable title={t('dryRun.warned')} flows={report.warned} nText={people} />
      <Prevented report={report} />
      <FlowTable
        title={t('dryRun.stages')}
        flows={report.stages.filter(({ from, to }) => from !== to)}
        nText={people}
        nameOf={stageName}
      />
      <Counts title={t('dryRun.tagsOn')} rows={report.tagsOn.map(({ tag, n }) => [tag, n])} />
      <Counts title={t('dryRun.tagsOff')} rows={report.tagsOff.map(({ tag, n }) => [tag, n])} />
      {report.changed > 0 && <Cost report={report} />}
      <Places groups={report.groups} />
      <Samples samples={report.samples} />
    </>
  );
}

function Prevented({ report: { prevented, recovered } }: { readonly report: RulesReport }) {
  const { t } = useTexts();
  const rows = [
    [t('dryRun.byDwell'), prevented.dwell],
    [t('dryRun.byGrace'), prevented.grace],
    [t('dryRun.byLock'), prevented.lock],
    [t('dryRun.bySwing'), prevented.swing],
    [t('dryRun.recovered'), recovered],
  ] as const;
  return <Counts title={t('dryRun.prevented')} rows={rows.filter(([, n]) => n > 0)} />;
}

function Counts({ title, rows }: { readonly title: string; readonly rows: readonly (readonly [string, number])[] }) {
  const { t } = useTexts();
  if (rows.length === 0) return null;
  return (
    <ReportPart title={title}>
      <ul className={styles.counts}>
        {rows.map(([name, n]) => (
          <li key={name}>
            <span>{name}</span>
            <span className="figures">{t('launch.people', { n: count(n) })}</span>
          </li>
        ))}
      </ul>
    </ReportPart>
  );
}

function Cost({ report }: { readonly report: RulesReport }) {
  const { t, say } = useTexts();
  const tierName = useTierName();
  const { moves, messages, withheld, calls, takesMs, taps, overflow, caps } = report;
  const all = calls.reduce((sum, { n }) => sum + n, 0);
  const minutes = Math.max(1, Math.ceil(takesMs / MINUTE_MS));
  const rows: (readonly [string, string])[] = [
    [t('dryRun.moves'), t('dryRun.movesOf', { up: count(moves.up), down: count(moves.down) })],
    ...messages.map(({ name, n }) => [t('dryRun.message', { name }), count(n)] as const),
    ...withheld.map(({ label, n }) => [t('dryRun.withheld', { why: say(label) }), count(n)] as const),
    [t('dryRun.calls'), all === 0 ? count(0) : t('dryRun.callsTake', { n: count(all), minutes })],
    ...taps.map(
      ({ staff, taps: n, receivers }) =>
        [t('dryRun.taps', { staff }), t('launch.tapsOf', { taps: count(n), n: count(receivers) })] as const,
    ),
    ...overflow.map(
      ({ tier, free, coming, over }) =>
        [
          t('dryRun.overflow', { tier: tierName(tier) }),
          t('dryRun.overflowOf', { free: count(free), coming: count(coming), over: count(over) }),
        ] as const,
    ),
    ...(caps.monthlyReached > 0
      ? [[t('dryRun.caps'), t('launch.people', { n: count(caps.monthlyReached) })] as const]
      : []),
  ];
  return (
    <ReportPart title={t('dryRun.cost')}>
      <dl className={styles.costs}>
        {rows.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd className="figures">{value}</dd>
          </div>
        ))}
      </dl>
    </ReportPart>
  );
}

/** To which groups people would be invited. One that would be full is marked. */
function Places({ groups }: Pick<RulesReport, 'groups'>) {
  const { t } = useTexts();
  if (groups.length === 0) return null;
  return (
    <ReportPart title={t('dryRun.groups')}>
      <ul className={styles.counts}>
        {groups.map(({ group, name, tier, free, coming }) => (
          <li key={group}>
            <span>
              {name} <TierPill tier={tier} />
            </span>
            <span className="figures">
              {coming >= free && <b className={styles.full}>{t('dryRun.full')}</b>}{' '}
              {t('dryRun.groupOf', { coming: count(coming), free: count(free) })}
            </span>
          </li>
        ))}
      </ul>
    </ReportPart>
  );
}

function Samples({ samples }: { readonly samples: readonly DryRunSample[] }) {
  const { t, name } = useTexts();
  if (samples.length === 0) return null;
  return (
    <ReportPart title={t('dryRun.samples', { n: samples.length })}>
      <ul className={styles.samples}>
        {samples.map((sample, index) => (
          <li key={index}>
            <details>
              <summary>
                <RightOutlined aria-hidden className={styles.opens ?? ''} />
                <b>{sample.member.name || t('member.nameless')}</b>
                <span>{name('dryRun.outcome', sample.outcome)}</span>
                <SamplePlaces sample={sample} />
              </summary>
              {sample.because && <BecausePanel because={sample.because} />}
              <p className={styles.sampleFoot}>
                <Link to={`/members/${encodeURIComponent(String(sample.member.id))}`}>{t('dryRun.seeMember')}</Link>
              </p>
            </details>
          </li>
        ))}
      </ul>
    </ReportPart>
  );
}

function SamplePlaces({ sample: { outcome, from, to } }: { readonly sample: DryRunSample }) {
  const stageName = useStageName();
  if (outcome.startsWith('tag')) return <span className={styles.tag}>{to ?? from}</span>;
  if (outcome === 'stage') return <span>{`${stageName(from)} → ${stageName(to)}`}</span>;
  return (
    <span className={styles.places}>
      {from !== null && <TierPill tier={from} />}
      {to !== null && to !== from && (
        <>
          → <TierPill tier={to} />
        </>
      )}
    </span>
  );
}
