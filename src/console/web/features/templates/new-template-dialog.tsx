import { App, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { isFault } from '../../api/request.js';
import { useCreateTemplate } from '../../api/templates.js';
import { Dialog } from '../../components/dialog.js';
import { faultText } from '../../components/fault-notice.js';
import { useTexts } from '../../i18n/i18n.js';
import { renamed, startingPoints, type StartingPoint } from './starting-points.js';

interface Props {
  readonly open: boolean;
  readonly onClose: () => void;
  /** The key of the starting point; left out, one is chosen. */
  readonly only?: string;
  /** The template to copy; left out, a starting point is chosen. */
  readonly copyOf?: { readonly key: string; readonly name: string; readonly source: string };
}

/** Makes a template, switched off, and opens it. */
export function NewTemplateDialog({ open, onClose, copyOf, only }: Props) {
  const texts = useTexts();
  const { t } = texts;
  const { message } = App.useApp();
  const navigate = useNavigate();
  const create = useCreateTemplate();
  const [from, setFrom] = useState(startingPoints.find((point) => point.key === only) ?? startingPoints[0]!);
  const [typed, setTyped] = useState<{ readonly key?: string; readonly name?: string }>({});
  const [isTaken, setTaken] = useState(false);
  const name = typed.name ?? (copyOf ? t('new.copyName', { name: copyOf.name }) : from.label.zh);
  const key = typed.key ?? (copyOf ? `${copyOf.key}-2` : from.key);
  const isKey = /^[a-z][a-z0-9-]{0,63}$/.test(key);
  const rekey = (next: string): void => {
    setTaken(false);
    setTyped({ ...typed, key: next });
  };
  const make = async (): Promise<void> => {
    try {
      await create.mutateAsync({ key, text: renamed(copyOf?.source ?? from.source, { key, name: name.trim() }) });
      onClose();
      void navigate(`/templates/${encodeURIComponent(key)}`);
    } catch (error) {
      if (isFault(error, 'version_conflict')) setTaken(true);
      else void message.error(faultText(error, texts));
    }
  };
  return (
    <Dialog
      open={open}
      title={t(copyOf ? 'new.copyTitle' : 'new.title')}
      okText={t('new.make')}
      cancelText={t('action.cancel')}
      confirmLoading={create.isPending}
      okButtonProps={{ disabled: !isKey || name.trim() === '' }}
      onOk={() => void make()}
      onCancel={onClose}
      afterClose={() => {
        setTyped({});
        setTaken(false);
      }}
      width={440}
    >
      <Form layout="vertical">
        {!copyOf && only === undefined && <From value={from} onChange={setFrom} />}
        <NameAndKey
          {...{ name, templateKey: key, isTaken, isKey }}
          onName={(next) => setTyped({ ...typed, name: next })}
          onKey={rekey}
        />
        <p className="faint">{t('new.off')}</p>
      </Form>
    </Dialog>
  );
}

interface NamesProps {
  readonly name: string;
  readonly templateKey: string;
  readonly isTaken: boolean;
  readonly isKey: boolean;
  readonly onName: (name: string) => void;
  readonly onKey: (key: string) => void;
}

function NameAndKey({ name, templateKey, isTaken, isKey, onName, onKey }: NamesProps) {
  const { t } = useTexts();
  return (
    <>
      <Form.Item label={t('new.name')} htmlFor="new-name">
        <Input id="new-name" maxLength={40} value={name} onChange={(event) => onName(event.target.value)} />
      </Form.Item>
      <Form.Item
        label={t('new.key')}
        htmlFor="new-key"
        help={isTaken ? t('new.taken') : t('new.keyHint')}
        {...(isTaken || !isKey ? { validateStatus: 'error' as const } : {})}
      >
        <Input id="new-key" maxLength={64} value={templateKey} onChange={(event) => onKey(event.target.value)} />
      </Form.Item>
    </>
  );
}

/** What the new template begins with. */
function From({
  value,
  onChange,
}: {
  readonly value: StartingPoint;
  readonly onChange: (from: StartingPoint) => void;
}) {
  const { t, say } = useTexts();
  return (
    <Form.Item label={t('new.from')} htmlFor="new-from">
      <Select
        id="new-from"
        value={value.key}
        onChange={(next: string) => onChange(startingPoints.find((point) => point.key === next)!)}
        options={startingPoints.map((point) => ({ value: point.key, label: say(point.label) }))}
      />
    </Form.Item>
  );
}
