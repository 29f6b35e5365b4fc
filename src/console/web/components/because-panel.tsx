import { useEffect } from 'react';
import { Link } from 'react-router';
import type { Because, ReadChange, RuleChange } from '../api/timeline.js';
import { useTexts } from '../i18n/i18n.js';
import styles from './because-panel.module.css';
import { markFirstStep } from './first-steps-marks.js';
import { metricLabel, readNeed, readValue } from './figures.js';
import { Moment } from './moment.js';

/** Why something was done: in words first, with who set the rule and when, then the rule and the figures themselves. */
export function BecausePanel({ because }: { readonly because: Because }) {
  const { t, say } = useTexts();
  useEffect(() => markFirstStep('why'), []);
  return (
    <div className={styles.panel}>
      <p className={styles.words}>{say(because.words)}</p>
      {because.changed && <Changed change={because.changed} />}
      <details className={styles.details}>
        <summary>{t('why.details')}</summary>
        <Figures because={because} />
      </details>
    </div>
  );
}

/** Who made the rule what it was, when and why. */
function Changed({ change }: { readonly change: RuleChange }) {
  const { t, say } = useTexts();
  const { label, version, by, at, note, document, template } = change;
  const page = document === null ? `/templates/${template ?? ''}` : `/rules/${document}`;
  return (
    <>
      <p className={styles.changed}>
        {t('why.changedBy', { who: by === 'files' ? t('templates.fromFiles') : by })} <Moment at={at} /> ·{' '}
        <Link to={page}>{t('why.changedIn', { document: say(label), version })}</Link>
        {note !== '' && <q>{note}</q>}
      </p>
      {change.reads.map((read) => (
        <ReadChanged key={`${read.document}:${read.key}`} read={read} />
      ))}
    </>
  );
}

/** Who edited a segment or own metric that the rule reads, when and why. */
function ReadChanged({ read: { document, label, version, at, by, note } }: { readonly read: ReadChange }) {
  const { t, say } = useTexts();
  const texts = { name: say(label), who: by === 'files' ? t('templates.fromFiles') : by };
  return (
    <p className={styles.changed}>
      {t(document === 'segments' ? 'why.segmentChangedBy' : 'why.metricChangedBy', texts)} <Moment at={at} /> ·{' '}
      <Link to={`/rules/${document}`}>{t('why.version', { version })}</Link>
      {note !== '' && <q>{note}</q>}
    </p>
  );
}

/** The rule as it was written, its values, the required values, and the codes of the reasons. */
function Figures({ because }: { readonly because: Because }) {
  const texts = useTexts();
  const { t, say } = texts;
  const withNeed = because.values.some(({ need }) => need !== undefined);
  return (
    <div className={styles.figures}>
      <p className={styles.rule}>
        <span>{because.rule}</span>
        <span className={styles.version}>{t('why.version', { version: because.version })}</span>
      </p>
      {because.text && (
        <pre className={styles.text} aria-label={t('why.ruleText')}>
          <code>{because.text}</code>
        </pre>
      )}
      {because.values.length > 0 && (
        <table className={styles.values}>
          <thead>
            <tr>
              <th scope="col">{t('why.metric')}</th>
              <th scope="col">{t('why.have')}</th>
              {withNeed && <th scope="col">{t('why.need')}</th>}
            </tr>
          </thead>
          <tbody>
            {because.values.map((value, index) => (
              <tr key={`${value.metric}-${index}`}>
                <th scope="row">
                  {metricLabel(value.metric, say(value.label))} <code>{value.metric}</code>
                </th>
                <td className="figures">{readValue(value.metric, value.have, texts)}</td>
                {withNeed && (
                  <td className="figures">
                    {value.need === undefined ? '' : readNeed(value.metric, value.need, texts)}
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {because.reasons && because.reasons.length > 0 && (
        <ul className={styles.reasons} aria-label={t('why.reasons')}>
          {because.reasons.map(({ code, label }) => (
            <li key={code}>
              {say(label)} <code>{code}</code>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
