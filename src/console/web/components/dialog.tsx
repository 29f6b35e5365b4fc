import { Modal, type ModalProps } from 'antd';
import { useRef } from 'react';

/** In the order in which they are wanted: what is to be filled in, what is chosen. */
const fields = [
  'input:not([type]):not([disabled]), input[type="text"]:not([disabled]), textarea',
  'input:checked',
  'input',
];
/** What says yes, and what leads on where yes is dangerous: Enter, pressed once too often, must not do harm. */
const buttons = ['.ant-btn-primary', '.ant-btn'].map(
  (button) => `.ant-modal-footer ${button}:not(.ant-btn-dangerous):not([disabled])`,
);

/** A dialog that opens on what it asks for, not on its ✕: there Enter would close it and do nothing. */
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
