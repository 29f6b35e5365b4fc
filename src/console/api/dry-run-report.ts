import type { CampaignDryRun, DryRun, DryRunChange } from '../../engine/dry-runs/dry-run.js';
import { memberName } from '../../insights/names.js';
import { becauseView, type BecauseView } from '../../insights/words/because-words.js';
import type { ChannelList } from '../console.tokens.js';
import { launchEffort, launchReach, type Effort, type LaunchReach } from './launch-effort.js';

/** Of a campaign: whom telling its whole audience now would reach. */
export interface Launch extends LaunchReach {
  /** The audience's rule; empty for everybody. */
  readonly audience: string;
  /** It goes out when something happens to a member, never to many at once. */
  readonly oneByOne: boolean;
}

/** A dry run as the page and other programs read it: members by name, reasons in words. */
export interface DryRunReport extends Omit<DryRun, 'samples'> {
  readonly samples: readonly (DryRunChangeOfOne & {
    readonly member: { readonly id: number; readonly name: string; readonly externalUserId: string | null };
  })[];
  /** Of a campaign: what telling its whole audience at once would take. */
  readonly effort?: Effort;
  readonly launch?: Launch;
}

interface DryRunChangeOfOne extends Omit<DryRunChange, 'count'> {
  readonly outcome: string;
  readonly because: BecauseView | null;
}

export function dryRunReport({ kind, found, looked, exact, outcomes, changes, samples }: DryRun): DryRunReport {
  return {
    ...{ kind, found, looked, exact, outcomes, changes },
    samples: samples.map(({ member: { id, name, externalUserId }, because, ...sample }) => ({
      ...sample,
      member: { id, name: memberName({ id, name }), externalUserId },
      because: becauseView(because),
    })),
  };
}

/** The launch is estimated for the whole audience from those who were judged. */
export function campaignReport(run: CampaignDryRun, forecast: ChannelList['forecast']): DryRunReport {
  const scale = run.looked === 0 ? 0 : run.found / run.looked;
  return {
    ...dryRunReport(run),
    effort: launchEffort(run.launch, scale, forecast),
    launch: { ...launchReach(run.launch, scale), audience: run.audience, oneByOne: run.oneByOne },
  };
}
