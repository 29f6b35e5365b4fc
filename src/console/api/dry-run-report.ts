import type { CampaignDryRun, DryRun, DryRunChange } from '../../engine/dry-runs/dry-run.js';
import { memberName } from '../../insights/names.js';
import { becauseView, type BecauseView } from '../../insights/words/because-words.js';
import type { WhyNames } from '../../insights/words/why-words.js';
import type { ChannelList } from '../console.tokens.js';
import { launchEffort, launchReach, type Effort, type LaunchReach } from './launch-effort.js';

/** Whom a campaign would reach if it were sent to its whole audience now. */
export interface Launch extends LaunchReach {
  /** The audience's rule; empty for everybody. */
  readonly audience: string;
  /** True: a fact about one member triggers it, so it is never sent to many at once. */
  readonly oneByOne: boolean;
}

/** A dry run for the console and the API: members with names, reasons with labels. */
export interface DryRunReport extends Omit<DryRun, 'samples'> {
  readonly samples: readonly (DryRunSample & {
    readonly member: { readonly id: number; readonly name: string; readonly externalUserId: string | null };
  })[];
  /** Only for a campaign: the work of sending it to its whole audience at once. */
  readonly effort?: Effort;
  readonly launch?: Launch;
}

interface DryRunSample extends Omit<DryRunChange, 'count'> {
  readonly outcome: string;
  readonly because: BecauseView | null;
}

export function dryRunReport(run: DryRun, names: WhyNames): DryRunReport {
  const { kind, found, looked, exact, outcomes, changes, samples } = run;
  return {
    ...{ kind, found, looked, exact, outcomes, changes },
    samples: samples.map(({ member: { id, name, externalUserId }, because, ...sample }) => ({
      ...sample,
      member: { id, name: memberName({ id, name }), externalUserId },
      because: because && becauseView(because, names, null),
    })),
  };
}

/** Scales the launch up from the evaluated members to the whole audience. */
export function campaignReport(run: CampaignDryRun, names: WhyNames, forecast: ChannelList['forecast']): DryRunReport {
  const scale = run.looked === 0 ? 0 : run.found / run.looked;
  return {
    ...dryRunReport(run, names),
    effort: launchEffort(run.launch, scale, forecast),
    launch: { ...launchReach(run.launch, scale), audience: run.audience, oneByOne: run.oneByOne },
  };
}
