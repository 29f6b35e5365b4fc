import { useState } from 'react';
import type { TierCard } from '../../api/members.js';
import { useTierName } from '../../components/corp.js';
import { Moment } from '../../components/moment.js';
import { Panel } from '../../components/panel.js';
import { useTexts } from '../../i18n/i18n.js';
import { toneOfTier } from '../../theme/tones-of.js';
import { TierConditions } from './tier-conditions.js';
import styles from './tier-ladder.module.css';

/** The tiers as steps. A selected step shows its rule, term by term, with the member's and the required values. */
export function TierLadder({ card }: { readonly card: TierCard }) {
  const { t, say } = useTexts();
  const nameOf = useTierName();
  const [chosen, choose] = useState<string | null>(null);
  const shownKey = chosen ?? card.next ?? card.current;
  const shown = card.tiers.find(({ key }) => key === shownKey) ?? card.tiers[0];
  const missing = card.tiers.find(({ key }) => key === card.next)?.conditions.filter(({ holds }) => !holds).length ?? 0;
  return (
    <Panel
      title={t('ladder.title')}
      extra={
        card.next === null
          ? t('ladder.top')
          : missing > 0 && card.nearestWay
            ? t('ladder.way', { step: say(card.nearestWay) })
            : t(missing > 0 ? 'ladder.next' : 'ladder.nextMet', { tier: nameOf(card.next), n: missing })
      }
    >
      {card.graceUntil !== null && (
        <p className={styles.grace}>
          {t('ladder.grace')} <Moment at={card.graceUntil} />
        </p>
      )}
      <div className={styles.steps} role="tablist" aria-label={t('ladder.title')}>
        {card.tiers.map((tier, step) => {
          const tone = toneOfTier(tier.key);
          const current = tier.key === card.current;
          return (
            <button
              key={tier.key}
              type="button"
              role="tab"
              id={`tier-${tier.key}`}
              aria-selected={tier.key === shown?.key}
              aria-controls="tier-rule"
              className={styles.step}
              style={{
                ['--tone' as string]: tone.fill,
                ['--tone-ink' as string]: tone.ink,
                ['--tone-wash' as string]: tone.wash,
                ['--rise' as string]: `${step * 9}px`,
              }}
              data-current={current}
              onClick={() => choose(tier.key)}
            >
              <span className={styles.bar} />
              <span className={styles.name}>
                {say(tier.label)}
                <span className={styles.holds} data-holds={tier.holds}>
                  <span aria-hidden>{tier.holds ? '✓' : '✗'}</span>
                  <span className="spoken">{t(tier.holds ? 'ladder.holds' : 'ladder.fails')}</span>
                </span>
              </span>
              <span className={styles.place}>
                {current ? t('ladder.current') : tier.key === card.next ? t('ladder.nextStep') : '\u00a0'}
              </span>
            </button>
          );
        })}
      </div>
      {shown && (
        <div id="tier-rule" role="tabpanel" aria-labelledby={`tier-${shown.key}`} className={styles.rule}>
          <p className={styles.kind}>
            <strong>{t(shown.rule === 'stay' ? 'ladder.stay' : 'ladder.enter', { tier: say(shown.label) })}</strong>
          </p>
          {shown.floor && <p className={styles.floor}>{say(shown.floor)}</p>}
          {shown.text && <pre className={styles.text}>{shown.text}</pre>}
          <TierConditions conditions={shown.conditions} />
        </div>
      )}
    </Panel>
  );
}
