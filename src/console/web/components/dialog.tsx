import { Modal, type ModalProps } from 'antd';
import { useRef } from 'react';

/** Where the focus goes first: the first field, or the selected choice. */
const fields = [
  'input:not([type]):not([disabled]), input[type="text"]:not([disabled]), textarea',
  'input:checked',
  'input',
];
/** Otherwise the primary button, unless it is dangerous: one Enter too many must not do harm. */
const buttons = ['.ant-btn-primary', '.ant-btn'].map(
  (button) => `.ant-modal-footer ${button}:not(.ant-btn-dangerous):not([disabled])`,
);

/** A dialog whose focus starts on its first field. On the ✕, where antd puts it, Enter would close the dialog. */
export function Dialog({ children, afterOpenChange, ...props }: ModalProps) {
  const body = useRef<HTMLDivElement>(null);
  const focus = (open: boolean): void => {
    afterOpenChange?.(open);
    const inside = body.current;
    if (!open || inside === null) return;
    const dialog = inside.closest('[role="dialog"]') ?? inside;
    const places = [
      ...fields.map((selector) => inside.querySelector<HTMLElement>(selector)),
      ...buttons.map((selector) => dialog.querySelector<HTMLElement>(selector)),
    ];
    places.find((place) => place !== null)?.focus();
  };
  return (
    <Modal {...props} afterOpenChange={focus}>
      <div ref={body}>{children}</div>
    </Modal>
  );
}
