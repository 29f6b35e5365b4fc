import { Alert, App, Button } from 'antd';
import { Link } from 'react-router';
import {
  isUnderWay,
  progressOf,
  useControlBroadcast,
  type Broadcast,
  type BroadcastMessages,
  type Progress,
} from '../../api/broadcasts.js';
import { dangerous } from '../../components/confirm-danger.js';
import { faultText } from '../../components/fault-notice.js';
import { count } from '../../components/figures.js';
import { Moment, useCorpTime } from '../../components/moment.js';
import pill from '../../components/pill.module.css';
import { StateMark } from '../../components/state-mark.js';
import { useTexts } from '../../i18n/i18n.js';
import { tones } from '../../theme/palette.js';
import styles from './broadcasts.module.css';

type Stage = 'ahead' | 'planning' | 'sending' | 'paused' | 'asks' | 'done' | 'cancelled';

const tone = {
  ahead: tones.slate,
  planning: tones.teal,
  sending: tones.teal,
  paused: tones.amber,
  asks: tones.amber,
  done: tones.jade,
  cancelled: tones.slate,
} as const satisfies Record<Stage, unknown>;

function stageOf(broadcast: Broadcast, now: number): Stage {
  const { state, pausedFor, startsAt } = broadcast;
  if (state === 'cancelled') return 'cancelled';
  if (!isUnderWay(broadcast)) return 'done';
  if (pausedFor !== null) return pausedFor === 'person' ? 'paused' : 'asks';
  if (state === 'planned') return 'sending';
  return startsAt > now ? 'ahead' : 'planning';
}

/** One sending: how far it is, what was held back and why, and the ways to stop it. */
export function BroadcastRun({ broadcast, name }: { readonly broadcast: Broadcast; readonly name: string }) {
  const { t } = useTexts();
  const { now } = useCorpTime();
  const { template, people, startedBy, startsAt, pausedFor } = broadcast;
  const stage = stageOf(broadcast, now);
  const progress = progressOf(broadcast);
  return (
    <article className={styles.run} aria-label={name}>
      <header>
        <h3>
          <Link to={`/broadcasts/${encodeURIComponent(template)}`}>{name}</Link>
        </h3>
        <span className={pill.state} style={{ color: tone[stage].ink, background: tone[stage].wash }}>
          {t(`broadcasts.stage.${stage}`)}
        </span>
        <span className={styles.when}>
          {t('broadcasts.toPeople', { n: count(people) })} · {startedBy} · <Moment at={startsAt} />
        </span>
        <Controls broadcast={broadcast} name={name} stage={stage} />
      </header>
      {stage === 'asks' && (
        <Alert
          type="warning"
          showIcon
          title={t(pausedFor === 'other_text' ? 'broadcasts.otherText' : 'broadcasts.otherAudience')}
          action={
            <Link to={`/broadcasts/${encodeURIComponent(template)}?resume=${broadcast.id}`}>
              {t('broadcasts.lookAgain')}
            </Link>
          }
        />
      )}
      {stage !== 'ahead' && <Bar progress={progress} />}
      <Figures broadcast={broadcast} progress={progress} />
    </article>
  );
}

/** The parts of the audience side by side. */
function Bar({ progress: { sent, ahead, held, notYet } }: { readonly progress: Progress }) {
  const all = Math.max(1, sent + ahead + held + notYet);
  const width = (part: number) => ({ width: `${(part / all) * 100}%` });
  return (
    <div className={styles.bar} aria-hidden>
      <i data-part="sent" style={width(sent)} />
      <i data-part="ahead" style={width(ahead)} />
      <i data-part="held" style={width(held)} />
    </div>
  );
}

function Figures({ broadcast, progress }: { readonly broadcast: Broadcast; readonly progress: Progress }) {
  const { t } = useTexts();
  const { sent, ahead, held, notYet } = progress;
  const shown = [
    ['sent', sent],
    ['ahead', ahead],
    ['held', held],
    ['notYet', notYet],
  ] as const;
  return (
    <>
      <dl className={styles.figures} aria-live="polite">
        {shown.map(([part, n]) => (
          <div key={part} data-part={part}>
            <dt>{t(`broadcasts.${part}`)}</dt>
            <dd>{count(n)}</dd>
          </div>
        ))}
      </dl>
      <Reasons template={broadcast.template} messages={broadcast.messages} />
    </>
  );
}

/** States and reasons of what is not sent. */
function Reasons({
  template,
  messages,
}: {
  readonly template: string;
  readonly messages: readonly BroadcastMessages[];
}) {
  const { t, say } = useTexts();
  const others = messages.filter(({ state }) => state !== 'sent');
  return (
    <>
      {others.length > 0 && (
        <ul className={styles.reasons}>
          {others.map(({ state, reason, label, n }) => (
            <li key={`${state}:${reason ?? ''}`}>
              <StateMark family="delivery" state={state} />
              <span>
                {say(label)} {reason !== null && <code>{reason}</code>}
              </span>
              <span className="figures">{t('launch.people', { n: count(n) })}</span>
            </li>
          ))}
        </ul>
      )}
      {messages.length > 0 && (
        <Link className={styles.all} to={`/deliveries?template=${encodeURIComponent(template)}`}>
          {t('broadcasts.each')}
        </Link>
      )}
    </>
  );
}

interface ControlsProps {
  readonly broadcast: Broadcast;
  readonly name: string;
  readonly stage: Stage;
}

function Controls({ broadcast, name, stage }: ControlsProps) {
  const texts = useTexts();
  const { t } = texts;
  const { message, modal } = App.useApp();
  const control = useControlBroadcast();
  if (stage === 'done' || stage === 'cancelled') return null;
  const to = (what: 'pause' | 'resume' | 'cancel') =>
    control
      .mutateAsync({ id: broadcast.id, to: what })
      .catch((error: unknown) => void message.error(faultText(error, texts)));
  const isBegun = broadcast.messages.length > 0;
  const askCancel = (): void =>
    void modal.confirm({
      ...dangerous(),
      title: t('broadcasts.cancelTitle', { name }),
      content: t(isBegun ? 'broadcasts.cancelText' : 'broadcasts.cancelEarly'),
      okText: t('broadcasts.cancel'),
      cancelText: t('broadcasts.keep'),
      onOk: () => to('cancel'),
    });
  return (
    <span className={styles.controls}>
      {stage === 'paused' ? (
        <Button size="small" type="primary" loading={control.isPending} onClick={() => void to('resume')}>
          {t('broadcasts.resume')}
        </Button>
      ) : (
        stage !== 'asks' && (
          <Button size="small" loading={control.isPending} onClick={() => void to('pause')}>
            {t('broadcasts.pause')}
          </Button>
        )
      )}
      <Button size="small" danger onClick={askCancel}>
        {t('broadcasts.cancel')}
      </Button>
    </span>
  );
}
