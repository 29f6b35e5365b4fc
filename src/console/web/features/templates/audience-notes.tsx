import { Link } from 'react-router';
import { useAudience } from '../../api/templates.js';
import { useTexts } from '../../i18n/i18n.js';

/** How many people a text is for now, and for how many of them a figure in it is unknown or 0. */
export function AudienceNotes({ text, enabled }: { readonly text: string; readonly enabled: boolean }) {
  const { t, say } = useTexts();
  const { data, isFetching } = useAudience(text, enabled);
  if (!data) return isFetching ? <p className="faint">{t('audience.counting')}</p> : null;
  if (!data.ok) return null;
  return (
    <div style={{ marginBottom: 12 }}>
      <p>{t('audience.now', { members: data.members })}</p>
      {data.figures.map(({ variable, asks, members, label, where }) => (
        <p key={`${variable} ${asks}`} role="note">
          {t(asks === 'unknown' ? 'audience.unknown' : 'audience.zero', { members, label: say(label) })}{' '}
          <Link to={`/members?${new URLSearchParams({ where }).toString()}`} target="_blank">
            {t('audience.who')}
          </Link>
        </p>
      ))}
    </div>
  );
}
