import { Alert, App, Button } from 'antd';
import { useLaunch, useOpenLaunch, type Launch } from '../../api/launches.js';
import type { Template } from '../../api/templates.js';
import { faultText } from '../../components/fault-notice.js';
import { count } from '../../components/figures.js';
import { useTexts } from '../../i18n/i18n.js';
import { partsOf } from './template-parts.js';

const typeOf = ({ gate, verdict }: Launch): 'success' | 'warning' | 'info' => {
  if (gate.kind === 'open') return 'success';
  return verdict === 'bad' ? 'warning' : 'info';
};

/** How far a launch under watch is opened, what became of what went, and the button that lets the next share go. */
export function LaunchNotice({
  template,
}: {
  readonly template: Pick<Template, 'key' | 'version' | 'enabled' | 'text'>;
}) {
  const { key, version, enabled, text } = template;
  const isWatched = enabled && partsOf(text)?.values['watched'] !== undefined;
  const launch = useLaunch(key, version, isWatched).data;
  return isWatched && launch ? <Stage launch={launch} /> : null;
}

function Stage({ launch }: { readonly launch: Launch }) {
  const texts = useTexts();
  const { t } = texts;
  const { message } = App.useApp();
  const opening = useOpenLaunch(launch.template);
  const { gate, next, opensAfterHours, verdict } = launch;
  const title =
    gate.kind === 'first'
      ? t('watched.first', { n: gate.most })
      : gate.kind === 'share'
        ? t('watched.share', { percent: gate.percent })
        : t('watched.open');
  const open = (): void => opening.mutate(launch, { onError: (error) => void message.error(faultText(error, texts)) });
  return (
    <Alert
      type={typeOf(launch)}
      showIcon
      style={{ marginBottom: 12 }}
      title={title}
      description={
        <>
          <div className="figures">
            {t('watched.figures', {
              passed: count(launch.passed),
              sent: count(launch.sent),
              failed: count(launch.failed),
              optedOut: count(launch.optedOut),
              waiting: count(launch.waiting),
            })}
          </div>
          {verdict === 'bad' && gate.kind !== 'open' && <div>{t('watched.bad')}</div>}
          {gate.kind !== 'open' && opensAfterHours !== null && verdict !== 'bad' && (
            <div>{t('watched.byItself', { n: opensAfterHours })}</div>
          )}
          {next !== null && (
            <Button
              style={{ marginTop: 8 }}
              loading={opening.isPending}
              disabled={launch.since === null}
              onClick={open}
            >
              {next === 100 ? t('watched.letAll') : t('watched.letShare', { percent: next })}
            </Button>
          )}
        </>
      }
    />
  );
}
