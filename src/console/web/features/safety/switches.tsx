import { App, Skeleton, Switch } from 'antd';
import { useSwitches, useTurnSwitch, type SendingSwitch } from '../../api/switches.js';
import { dangerous } from '../../components/confirm-danger.js';
import { FaultNotice, faultText } from '../../components/fault-notice.js';
import { count } from '../../components/figures.js';
import { Panel } from '../../components/panel.js';
import { useTexts } from '../../i18n/i18n.js';
import styles from './safety.module.css';

function Row({ row: { name, label, isOn, waiting } }: { readonly row: SendingSwitch }) {
  const texts = useTexts();
  const { t, say } = texts;
  const { modal, message } = App.useApp();
  const turning = useTurnSwitch();
  const called = say(label);
  const ask = (): void => {
    void modal.confirm({
      title: t(isOn ? 'switches.offTitle' : 'switches.onTitle', { name: called }),
      content: t(isOn ? 'switches.offText' : 'switches.onText'),
      okText: t(isOn ? 'switches.off' : 'switches.on'),
      cancelText: t('action.cancel'),
      ...dangerous(isOn),
      onOk: () =>
        turning
          .mutateAsync({ name, isOn: !isOn })
          .then(undefined, (error: unknown) => void message.error(faultText(error, texts))),
    });
  };
  return (
    <li>
      <span className={name === 'all' ? styles.all : undefined}>{called}</span>
      <span className="faint figures">{waiting > 0 && t('switches.waiting', { n: count(waiting) })}</span>
      <Switch
        checked={isOn}
        loading={turning.isPending}
        onChange={ask}
        aria-label={t('switches.label', { name: called })}
      />
    </li>
  );
}

/** The switches of proactive sending, for all and for each channel. */
export function Switches() {
  const { t } = useTexts();
  const switches = useSwitches();
  if (switches.isPending) return <Skeleton active />;
  if (!switches.data) return <FaultNotice error={switches.error} retry={() => void switches.refetch()} />;
  return (
    <Panel title={t('switches.title')}>
      <p className={styles.lead}>{t('switches.lead')}</p>
      <ul className={styles.switches}>
        {switches.data.items.map((row) => (
          <Row key={row.name} row={row} />
        ))}
      </ul>
    </Panel>
  );
}
