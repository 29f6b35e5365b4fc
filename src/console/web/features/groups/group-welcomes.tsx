import { Button } from 'antd';
import { Link } from 'react-router';
import { useGroupWelcomes, useWriteGroupWelcomes, type GroupWelcome } from '../../api/group-welcomes.js';
import { faultText } from '../../components/fault-notice.js';
import { Panel } from '../../components/panel.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './group-welcomes.module.css';

function Welcome({ welcome }: { readonly welcome: GroupWelcome }) {
  const { t, say } = useTexts();
  const { name, content, state, problemLabel } = welcome;
  return (
    <li className={styles.welcome}>
      <h3>
        {name} <span data-state={state}>{t(`welcomes.${state}`)}</span>
      </h3>
      {problemLabel && <p className={styles.problem}>{say(problemLabel)}</p>}
      <p className={styles.text}>{content.text}</p>
      {content.link && <p className="faint">{content.link.title}</p>}
    </li>
  );
}

/** The welcomes that the product keeps at WeCom, for owners to choose in their groups. */
export function GroupWelcomes() {
  const texts = useTexts();
  const { t } = texts;
  const welcomes = useGroupWelcomes();
  const writing = useWriteGroupWelcomes();
  if (!welcomes.data) return null;
  const { items, canWrite } = welcomes.data;
  const isBehind = items.some(({ state }) => state !== 'current');
  return (
    <Panel title={t('welcomes.title')} extra={<Link to="/rules/group-texts">{t('welcomes.edit')}</Link>}>
      <p className="faint">{t('welcomes.lead')}</p>
      {items.length === 0 && <p>{t('welcomes.none')}</p>}
      <ul className={styles.welcomes}>
        {items.map((welcome) => (
          <Welcome key={welcome.key} welcome={welcome} />
        ))}
      </ul>
      {isBehind && canWrite && (
        <Button loading={writing.isPending} onClick={() => writing.mutate()}>
          {t('welcomes.write')}
        </Button>
      )}
      {isBehind && !canWrite && <p>{t('welcomes.offline')}</p>}
      {writing.isError && <p role="alert">{faultText(writing.error, texts)}</p>}
    </Panel>
  );
}
