import type { ModalFuncProps } from 'antd';

/** How a question is asked whose yes does harm: the button is red, and Enter says no. */
export const dangerous = (isDangerous = true): ModalFuncProps => ({
  okButtonProps: { danger: isDangerous },
  focusable: { autoFocusButton: isDangerous ? 'cancel' : 'ok' },
});
