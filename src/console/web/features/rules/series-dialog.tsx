import { Radio, Space } from 'antd';
import { useState } from 'react';
import type { EditedSeries } from '../../api/request.js';
import { seriesChoices, type SeriesChoices } from '../../api/rules.js';
import { Dialog } from '../../components/dialog.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './rules.module.css';
import type { RuleBench } from './use-rule-bench.js';

type Choice = SeriesChoices[string];

/** Asked before a series changes under the members who are in it: what happens to them. */
export function SeriesDialog({ bench }: { readonly bench: RuleBench }) {
  const { t } = useTexts();
  const [choices, setChoices] = useState<SeriesChoices>({});
  const asking = bench.asking?.kind === 'series' ? bench.asking : null;
  const isDecided = asking?.edited.every(({ key }) => choices[key] !== undefined) ?? false;
  return (
    <Dialog
      open={asking !== null}
      title={t('series.membersTitle')}
      okText={t('rules.publish')}
      cancelText={t('action.cancel')}
      confirmLoading={bench.busy}
      okButtonProps={{ disabled: !isDecided }}
      onOk={() => asking && isDecided && void asking.again(choices)}
      onCancel={() => bench.ask(null)}
      afterClose={() => setChoices({})}
      width={560}
    >
      <p className={styles.lead}>{t('series.membersText')}</p>
      {asking?.edited.map((series) => (
        <Members
          key={series.key}
          series={series}
          choice={choices[series.key]}
          onChoose={(choice) => setChoices({ ...choices, [series.key]: choice })}
        />
      ))}
    </Dialog>
  );
}

interface MembersProps {
  readonly series: EditedSeries;
  readonly choice: Choice | undefined;
  readonly onChoose: (choice: Choice) => void;
}

/** The members of one series by step, and what to do with them. */
function Members({ series, choice, onChoose }: MembersProps) {
  const { t, say } = useTexts();
  // With no step left for anybody, to go on is to end.
  const offered = seriesChoices.filter((one) => one !== 'move_on' || series.places.some(({ to }) => to !== null));
  return (
    <section className={styles.seriesMembers}>
      <h3>{t('series.inIt', { name: say(series.label), n: series.members })}</h3>
      <ul>
        {series.places.map(({ version, step, members, to }) => (
          <li key={`${version} ${step}`}>
            {t('series.place', { step, version, n: members })}
            {choice === 'move_on' && ` ${to === null ? t('series.goesNowhere') : t('series.goesOnAt', { step: to })}`}
          </li>
        ))}
      </ul>
      <Radio.Group
        aria-label={t('series.choice', { name: say(series.label) })}
        value={choice}
        onChange={({ target }) => onChoose(target.value as Choice)}
      >
        <Space orientation="vertical">
          {offered.map((one) => (
            <Radio key={one} value={one}>
              {t(`series.${one}`)}
            </Radio>
          ))}
        </Space>
      </Radio.Group>
    </section>
  );
}
