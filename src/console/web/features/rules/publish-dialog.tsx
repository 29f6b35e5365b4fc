import { Alert, Input, Skeleton } from 'antd';
import { useState } from 'react';
import type { Label } from '../../api/label.js';
import { useMece, usePartitions, type Mece } from '../../api/rules.js';
import { Dialog } from '../../components/dialog.js';
import { faultText } from '../../components/fault-notice.js';
import { useTexts } from '../../i18n/i18n.js';
import { ChangeList } from './change-list.js';
import { isMap } from './document-form.js';
import { isWhole, MeceNotice } from './mece-notice.js';
import { meceQuestionOf } from './mece-question.js';
import styles from './rules.module.css';
import type { RuleBench } from './use-rule-bench.js';
import { dataOf } from './yaml-edit.js';

/** The label that the draft gives a tier or a segment. */
function labelIn(data: unknown, document: string, key: string): Label {
  const list: unknown = isMap(data) ? data[document] : null;
  const entries = Array.isArray(list) ? (list as readonly unknown[]).filter(isMap) : [];
  const label = entries.find((one) => one['key'] === key)?.['label'];
  if (!isMap(label) || typeof label['zh'] !== 'string') return { zh: key, en: key };
  return { zh: label['zh'], en: typeof label['en'] === 'string' ? label['en'] : key };
}

/** Whom no rule or two rules of the draft would fit, asked while the dialog is open. */
function useLastLook(bench: RuleBench) {
  const data = dataOf(bench.text);
  const open = bench.asking?.kind === 'publish' && bench.dirty;
  const question = open ? meceQuestionOf(bench.document, data) : null;
  const mece = useMece(question);
  const claims = open && bench.document === 'segments' ? bench.text : null;
  const partitions = usePartitions(claims);
  const broken: readonly (Mece & { readonly name: string | null })[] = [
    ...(question !== null && mece.data ? [{ ...mece.data, name: null }] : []),
    ...(claims !== null ? (partitions.data ?? []) : []),
  ].filter((one) => !isWhole(one));
  // A tier that the check cannot read is published as before; segments are refused by the server unless they are accepted.
  const isChecked = (question === null || mece.isFetched) && (claims === null || partitions.isFetched);
  return { open, data, mece, broken, isChecked, isLoading: mece.isLoading || partitions.isLoading };
}

/** What changes, why, and a last look at whom no rule or two rules would fit. */
export function PublishDialog({ bench }: { readonly bench: RuleBench }) {
  const texts = useTexts();
  const { t, say } = texts;
  const [note, setNote] = useState('');
  const [accepted, setAccepted] = useState(false);
  const { open, data, mece, broken, isChecked, isLoading } = useLastLook(bench);
  const isSure = isChecked && (broken.length === 0 || accepted);
  const publish = (): void => {
    if (isSure) void bench.publish(note.trim(), bench.base.version, accepted && broken.length > 0);
  };
  return (
    <Dialog
      open={open}
      title={t('rules.publishTitle', { version: bench.base.version + 1 })}
      okText={t('rules.publish')}
      cancelText={t('action.cancel')}
      confirmLoading={bench.busy}
      okButtonProps={{ disabled: !isSure }}
      onOk={publish}
      onCancel={() => bench.ask(null)}
      afterClose={() => {
        setNote('');
        setAccepted(false);
      }}
      width={560}
    >
      <p className={styles.lead}>{t('rules.publishText')}</p>
      <ChangeList document={bench.document} before={bench.base.text} after={bench.text} />
      {isLoading && <Skeleton active title={false} paragraph={{ rows: 1 }} />}
      {mece.isError && (
        <Alert type="info" showIcon title={t('mece.unread')} description={faultText(mece.error, texts)} />
      )}
      {broken.map((one) => (
        <MeceNotice
          key={one.name ?? ''}
          claim={one.name}
          mece={one}
          nameOf={(key) => say(labelIn(data, bench.document, key))}
          accepted={accepted}
          onAccept={setAccepted}
        />
      ))}
      <label htmlFor="publish-note" className={styles.noteLabel}>
        {t('rules.why')}
      </label>
      <Input
        id="publish-note"
        maxLength={200}
        placeholder={t('rules.whyHint')}
        value={note}
        onChange={(event) => setNote(event.target.value)}
        onPressEnter={publish}
      />
    </Dialog>
  );
}
