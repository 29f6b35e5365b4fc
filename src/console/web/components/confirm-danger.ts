import type { ModalFuncProps } from 'antd';

/** Options of a dangerous confirmation: the button is red, and Enter cancels. */
export const dangerous = (isDangerous = true): ModalFuncProps => ({
  okButtonProps: { danger: isDangerous },
  focusable: { autoFocusButton: isDangerous ? 'cancel' : 'ok' },
});
