import { Modal, type ModalProps } from 'antd';
import { useRef } from 'react';

/** In the order in which they are wanted: what is to be filled in, what is chosen, what says yes. */
const wanted = [
  'input:not([type]):not([disabled]), input[type="text"]:not([disabled]), textarea',
  'input:checked',
  'input',
];

/** A dialog that opens on what it asks for, not on its ✕: there Enter would close it and do nothing. */
export function Dialog({ children, afterOpenChange, ...props }: ModalProps) {
  const body = useRef<HTMLDivElement>(null);
  const focus = (open: boolean): void => {
    afterOpenChange?.(open);
    const inside = body.current;
    if (!open || inside === null) return;
    const field = wanted.map((selector) => inside.querySelector<HTMLElement>(selector)).find((found) => found !== null);
    const yes = inside.closest('[role="dialog"]')?.querySelector<HTMLElement>('.ant-modal-footer .ant-btn-primary');
    (field ?? yes)?.focus();
  };
  return (
    <Modal {...props} afterOpenChange={focus}>
      <div ref={body}>{children}</div>
    </Modal>
  );
}
