import { PageHead } from '../../components/page-head.js';
import { useTexts } from '../../i18n/i18n.js';
import { Brakes } from './brakes.js';
import { HeldMembers } from './held-members.js';
import { Switches } from './switches.js';
import styles from './safety.module.css';

/** What keeps rules from doing harm: stopped runs, members who are held in their tier, and switches. */
export function Safety() {
  const { t } = useTexts();
  return (
    <>
      <PageHead title={t('nav.safety')} lead={t('safety.lead')} />
      <div className={styles.page}>
        <Brakes />
        <Switches />
        <HeldMembers />
      </div>
    </>
  );
}
