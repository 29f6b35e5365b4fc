import { Button, Checkbox, Select } from 'antd';
import type { PlacementCause, PlacingAction } from '../../api/placement.js';
import { useSession, useTierName } from '../../components/corp.js';
import sheet from '../../components/sheet.module.css';
import { useTexts } from '../../i18n/i18n.js';
import styles from './placement.module.css';
import type { Placing } from './use-placing.js';

export interface Filtering {
  readonly filters: Readonly<Partial<Record<'cause' | 'tier' | 'place', string>>>;
  readonly filterBy: (changes: Partial<Record<'cause' | 'tier' | 'place', string | undefined>>) => void;
}

/** One button for each cause that somebody has, with how many. */
export function CauseChips({ causes, filters, filterBy }: Filtering & { readonly causes: readonly PlacementCause[] }) {
  const { t, say } = useTexts();
  return (
    <div className={styles.causes} role="group" aria-label={t('placement.cause')}>
      <button type="button" aria-pressed={!filters.cause} onClick={() => filterBy({ cause: undefined })}>
        {t('placement.all')} <b>{causes.reduce((sum, { count }) => sum + count, 0)}</b>
      </button>
      {causes.map(({ code, label, hint, count, action }) => (
        <button
          key={code}
          type="button"
          title={say(hint)}
          aria-pressed={filters.cause === code}
          data-actionable={action !== null}
          onClick={() => filterBy({ cause: filters.cause === code ? undefined : code })}
        >
          {say(label)} <b>{count}</b>
        </button>
      ))}
    </div>
  );
}

/** By tier and place. */
export function PlaceFilters({ filters, filterBy }: Filtering) {
  const { t } = useTexts();
  const { tiers } = useSession();
  const tierName = useTierName();
  return (
    <>
      <Select
        className={sheet.half ?? ''}
        style={{ minWidth: 130 }}
        allowClear
        placeholder={t('placement.tier')}
        aria-label={t('placement.tier')}
        value={filters.tier ?? null}
        onChange={(tier: string | null) => filterBy({ tier: tier ?? undefined })}
        options={tiers.map(({ key }) => ({ value: key, label: tierName(key) }))}
      />
      <Select
        className={sheet.half ?? ''}
        style={{ minWidth: 150 }}
        allowClear
        placeholder={t('placement.place')}
        aria-label={t('placement.place')}
        value={filters.place ?? null}
        onChange={(place: string | null) => filterBy({ place: place ?? undefined })}
        options={(['wrong', 'two', 'none'] as const).map((value) => ({ value, label: t(`placement.${value}`) }))}
      />
    </>
  );
}

/** Chooses all that are shown, and does what can be done for those who are chosen. */
export function BulkAction({ placing, action }: { readonly placing: Placing; readonly action: PlacingAction }) {
  const { t } = useTexts();
  const { shown, picked } = placing;
  return (
    <span className={styles.bulk}>
      <Checkbox
        checked={picked.length === shown.length}
        indeterminate={picked.length > 0 && picked.length < shown.length}
        onChange={(event) => placing.chooseAll(event.target.checked)}
      >
        {t('placement.chooseAll')}
      </Checkbox>
      <Button
        type="primary"
        disabled={picked.length === 0}
        loading={placing.isBusy}
        onClick={() => placing.act(action)}
      >
        {t(`placement.act.${action}`, { n: picked.length })}
      </Button>
    </span>
  );
}
