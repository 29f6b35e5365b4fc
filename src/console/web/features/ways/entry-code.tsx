import { App, Button, QRCode, Select } from 'antd';
import { useRef, useState } from 'react';
import { Dialog } from '../../components/dialog.js';
import { useTexts } from '../../i18n/i18n.js';
import { pngOf, printable, saveFile } from './printable-code.js';
import styles from './ways.module.css';

/** Widths in centimetres: a card, a table stand, a poster. */
const WIDTHS_CM = [3, 5, 10, 20];
const SHOWN_PIXELS = 240;
const SMALL_PIXELS = 44;
/** The quiet zone that the QR standard asks for, in modules. */
const QUIET_ZONE = 4;

interface Props {
  readonly name: string;
  readonly address: string;
}

/** The address of a link or a scene as a code to scan, drawn here because WeCom makes a picture only for its own codes. */
export function EntryCode({ name, address }: Props) {
  const { t } = useTexts();
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        className={styles.small}
        aria-label={t('channels.codeOf', { name })}
        onClick={() => setOpen(true)}
      >
        <Code address={address} pixels={SMALL_PIXELS} />
      </button>
      <Dialog
        open={open}
        title={t('ways.qrOf', { name })}
        footer={null}
        onCancel={() => setOpen(false)}
        destroyOnHidden
      >
        <PrintableCode name={name} address={address} />
      </Dialog>
    </>
  );
}

function PrintableCode({ name, address }: Props) {
  const { t } = useTexts();
  const { message } = App.useApp();
  const shown = useRef<HTMLDivElement>(null);
  const [widthCm, setWidthCm] = useState(WIDTHS_CM[1]!);
  const save = async (type: 'svg' | 'png'): Promise<void> => {
    const drawn = shown.current?.querySelector('svg');
    if (!drawn) return;
    const svg = printable(drawn, widthCm);
    try {
      saveFile(`${name}.${type}`, type === 'svg' ? svg.file : await pngOf(svg, widthCm));
    } catch {
      // The canvas of some browsers is smaller than a poster.
      void message.error(t('channels.pngFailed'));
    }
  };
  return (
    <div className={styles.printable}>
      <div ref={shown} role="img" aria-label={t('ways.qrOf', { name })} className={styles.shown}>
        <Code address={address} pixels={SHOWN_PIXELS} />
      </div>
      <code className="faint">{address}</code>
      <label>
        {t('channels.printWidth')}
        <Select
          value={widthCm}
          onChange={setWidthCm}
          aria-label={t('channels.printWidth')}
          options={WIDTHS_CM.map((value) => ({ value, label: t('channels.centimetres', { n: value }) }))}
        />
      </label>
      <p className={styles.downloads}>
        <Button type="primary" onClick={() => void save('png')}>
          {t('channels.savePng')}
        </Button>
        <Button onClick={() => void save('svg')}>{t('channels.saveSvg')}</Button>
      </p>
      <p className={`faint ${styles.hint}`}>{t('channels.printHint')}</p>
    </div>
  );
}

/** Black on white in every theme: many scanners do not read a code in other colours. */
const Code = ({ address, pixels }: { readonly address: string; readonly pixels: number }) => (
  <QRCode
    type="svg"
    value={address}
    size={pixels}
    bordered={false}
    errorLevel="M"
    marginSize={QUIET_ZONE}
    color="#000000"
    bgColor="#ffffff"
    aria-hidden
  />
);
