import { DRAW_PARTS, gateAt, judgeLaunch } from '../../domain/sending/watched-launch.js';
import { OperatorMistake } from '../../platform/errors.js';
import type { Context } from '../../domain/context.js';
import { auditStore } from '../audit/audit.store.js';
import type { Run } from '../run.js';
import { isWatched, tellOperators, type WatchedCampaign } from './watch-launch.js';
import { watchedLaunchStore } from './watched-launch.store.js';

/** Who opens a stage when its figures are good. */
const BY_FIGURES = 'figures';

/** The template when it is switched on and its launch is watched. Throws `not_watched`. */
export function watchedTemplate({ ruleset }: Pick<Context, 'ruleset'>, key: string): WatchedCampaign {
  const campaign = ruleset.campaigns.find((one) => one.key === key);
  if (campaign && isWatched(campaign)) return campaign;
  throw new OperatorMistake(
    'not_watched',
    `没有启用的、写了 watched 的模板 ${key} (no template ${key} with \`watched\` is switched on)`,
    undefined,
    { status: 404 },
  );
}

/**
 * Opens the stage after the one that a person has looked at, of the version that they have looked at. False when that was
 * done already, so that two presses make one. Throws `not_watched` or `other_version`.
 */
export async function openLaunch(
  run: Run,
  { template, version, stage, by }: SeenLaunch & { readonly by: string },
): Promise<boolean> {
  const campaign = watchedTemplate(run.context, template);
  if (campaign.version !== version)
    throw new OperatorMistake(
      'other_version',
      `文字已经是第 ${campaign.version} 版，不是第 ${version} 版：看过再放行 (the text is version ${campaign.version} by now: look again)`,
      undefined,
      { status: 409 },
    );
  const { key } = campaign;
  const launch = await watchedLaunchStore.lock(run.tx, { campaign: key, version }, run.now);
  if (launch.stage !== stage || gateAt(campaign.watched, stage).kind === 'open') return false;
  await openNext(run, campaign, { ...launch, by });
  return true;
}

export interface SeenLaunch {
  readonly template: string;
  readonly version: number;
  readonly stage: number;
}

/** Opens the next stage of launches whose figures are good, and tells the operators once of bad ones. Answers how many changed. */
export async function judgeLaunches(run: Run): Promise<number> {
  let changed = 0;
  for (const campaign of run.context.ruleset.campaigns.filter(isWatched))
    if (await judgeOne(run, campaign)) changed += 1;
  return changed;
}

async function judgeOne(run: Run, campaign: WatchedCampaign): Promise<boolean> {
  const { tx, now } = run;
  const { key, version, watched } = campaign;
  const begun = await watchedLaunchStore.read(tx, { campaign: key, version });
  if (begun === null || gateAt(watched, begun.stage).kind === 'open') return false;
  const launch = await watchedLaunchStore.lock(tx, begun, now);
  const figures = await watchedLaunchStore.figures(tx, launch);
  const verdict = judgeLaunch(watched, figures, { since: launch.since, now });
  if (verdict === 'good') {
    await openNext(run, campaign, { ...launch, by: BY_FIGURES });
    return true;
  }
  if (verdict !== 'bad' || launch.badToldAt !== null) return false;
  await watchedLaunchStore.setBadTold(tx, launch, now);
  const { passed, failed, optedOut } = figures;
  const words = `放行的 ${passed} 条里 ${failed} 条没发成，${optedOut} 人随后退订，先停在这里，请看一看`;
  await tellOperators(run, campaign, { stage: launch.stage, what: 'bad', words });
  return true;
}

async function openNext(
  { tx, now }: Run,
  { key, version, watched }: WatchedCampaign,
  { stage, by }: { readonly stage: number; readonly by: string },
): Promise<void> {
  const next = stage + 1;
  const gate = gateAt(watched, next);
  const opened = { stage: next, allGo: gate.kind === 'open', by };
  await watchedLaunchStore.setStage(tx, { campaign: key, version }, opened, now);
  await watchedLaunchStore.wake(tx, key, gate.kind === 'share' ? gate.below : DRAW_PARTS, now);
  const percent = gate.kind === 'share' ? (gate.below * 100) / DRAW_PARTS : 100;
  await auditStore.append(tx, { who: by, what: 'launch_opened', detail: { key, version, percent } }, now);
}
