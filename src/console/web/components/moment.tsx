import { useMemo } from 'react';
import { useTexts } from '../i18n/i18n.js';
import { useSession } from './corp.js';
import { exactOf, relativeOf, type CorpTime, type RelativeWords } from './corp-time.js';

export function useCorpTime(): CorpTime {
  const { corp } = useSession();
  const { locale } = useTexts();
  return useMemo(() => ({ timeZone: corp.timeZone, now: corp.now, locale }), [corp.timeZone, corp.now, locale]);
}

export function useRelativeTime(): (at: number) => string {
  const time = useCorpTime();
  const { t } = useTexts();
  return useMemo(() => {
    const words: RelativeWords = {
      justNow: t('time.justNow'),
      minutesAgo: (n) => t('time.minutesAgo', { n }),
      inMinutes: (n) => t('time.inMinutes', { n }),
      yesterday: t('time.yesterday'),
      today: t('time.today'),
      tomorrow: t('time.tomorrow'),
    };
    return (at) => relativeOf(at, time, words);
  }, [time, t]);
}

/** A relative time in the corp's zone; its title has the exact time. */
export function Moment({ at }: { readonly at: number | null | undefined }) {
  const time = useCorpTime();
  const relative = useRelativeTime();
  if (at === null || at === undefined) return <span className="faint">—</span>;
  return (
    <time dateTime={new Date(at).toISOString()} title={exactOf(at, time)} className="figures">
      {relative(at)}
    </time>
  );
}
