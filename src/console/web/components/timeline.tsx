import {
  AimOutlined,
  CommentOutlined,
  ConsoleSqlOutlined,
  PauseCircleOutlined,
  RiseOutlined,
  SwapOutlined,
  SyncOutlined,
  TagOutlined,
} from '@ant-design/icons';
import { useId, useState, type ReactNode } from 'react';
import type { TimelineEntry, TimelineKind } from '../api/timeline.js';
import { useTexts } from '../i18n/i18n.js';
import { tones, type Tone } from '../theme/palette.js';
import { BecausePanel } from './because-panel.js';
import { clockOf, dayOf, exactOf, weekdayDateOf } from './corp-time.js';
import { useCorpTime } from './moment.js';
import styles from './timeline.module.css';

const faces: Readonly<Record<TimelineKind, { readonly icon: ReactNode; readonly tone: Tone }>> = {
  fact: { icon: <AimOutlined />, tone: tones.slate },
  tier: { icon: <RiseOutlined />, tone: tones.crimson },
  stage: { icon: <SyncOutlined />, tone: tones.teal },
  tag: { icon: <TagOutlined />, tone: tones.amber },
  message: { icon: <CommentOutlined />, tone: tones.jade },
  suppressed: { icon: <PauseCircleOutlined />, tone: tones.violet },
  move: { icon: <SwapOutlined />, tone: tones.teal },
  command: { icon: <ConsoleSqlOutlined />, tone: tones.slate },
};

interface RowProps {
  readonly entry: TimelineEntry;
  readonly who?: ReactNode;
}

function Row({ entry, who }: RowProps) {
  const { t, say, name } = useTexts();
  const time = useCorpTime();
  const [open, setOpen] = useState(false);
  const panelId = useId();
  const face = faces[entry.kind] ?? faces.fact;
  return (
    <li className={styles.row}>
      <span
        className={styles.face}
        style={{ color: face.tone.ink, background: face.tone.wash }}
        title={name('timeline.kind', entry.kind)}
        aria-hidden
      >
        {face.icon}
      </span>
      <div className={styles.what}>
        <div className={styles.line}>
          <span className={styles.title}>
            {who} <span>{say(entry.title)}</span>
          </span>
          <span className={styles.side}>
            {entry.because && (
              <button
                type="button"
                className={styles.why}
                aria-expanded={open}
                aria-controls={panelId}
                onClick={() => setOpen(!open)}
              >
                {t('why.button')}
              </button>
            )}
            <time dateTime={new Date(entry.at).toISOString()} title={exactOf(entry.at, time)}>
              {entry.isWholeDay ? t('time.allDay') : clockOf(entry.at, time)}
            </time>
          </span>
        </div>
        {entry.detail && <p className={styles.detail}>{say(entry.detail)}</p>}
        <div id={panelId}>{open && entry.because && <BecausePanel because={entry.because} />}</div>
      </div>
    </li>
  );
}

interface Props<T extends TimelineEntry> {
  readonly entries: readonly T[];
  readonly who?: (entry: T) => ReactNode;
}

/** Events, newest first, grouped by day in the corp's zone. */
export function Timeline<T extends TimelineEntry>({ entries, who }: Props<T>) {
  const time = useCorpTime();
  const { t } = useTexts();
  const today = dayOf(time.now, time);
  const days: { readonly day: string; readonly entries: T[] }[] = [];
  for (const entry of entries) {
    const day = dayOf(entry.at, time);
    const last = days.at(-1);
    if (last?.day === day) last.entries.push(entry);
    else days.push({ day, entries: [entry] });
  }
  const titleOf = (day: string, at: number): string => {
    if (day === today) return t('time.today');
    const words = weekdayDateOf(at, time);
    return day.slice(0, 4) === today.slice(0, 4) ? words : `${day.slice(0, 4)} · ${words}`;
  };
  return (
    <div className={styles.timeline}>
      {days.map(({ day, entries: rows }) => (
        <section key={`${day}-${rows[0]?.id}`}>
          <h3 className={styles.day}>{titleOf(day, rows[0]?.at ?? 0)}</h3>
          <ol>
            {rows.map((entry) => (
              <Row key={entry.id} entry={entry} who={who?.(entry)} />
            ))}
          </ol>
        </section>
      ))}
    </div>
  );
}
