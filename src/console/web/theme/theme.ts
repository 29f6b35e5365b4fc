import type { ThemeConfig } from 'antd';
import { palette } from './palette.js';

export const sansFont =
  "-apple-system, BlinkMacSystemFont, 'Segoe UI', 'PingFang SC', 'Hiragino Sans GB', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', 'Helvetica Neue', Arial, sans-serif";
export const monoFont =
  "ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, 'Liberation Mono', 'Noto Sans Mono CJK SC', 'Noto Sans CJK SC', monospace";

export const theme: ThemeConfig = {
  token: {
    colorPrimary: palette.jade,
    colorInfo: palette.jade,
    colorInfoBg: palette.jadeWash,
    colorInfoBorder: '#b9d6c8',
    colorSuccessBg: palette.jadeWash,
    colorSuccessBorder: '#b9d6c8',
    colorSuccess: '#2c8a66',
    colorWarning: '#c98513',
    colorError: palette.crimson,
    colorLink: palette.jade,
    colorLinkHover: palette.jadeDeep,
    colorTextBase: palette.ink,
    colorTextSecondary: palette.inkSoft,
    colorTextTertiary: palette.inkFaint,
    colorTextPlaceholder: palette.inkFaint,
    colorTextDescription: palette.inkFaint,
    colorBorder: '#cfd5ca',
    colorBorderSecondary: palette.line,
    colorSplit: palette.lineSoft,
    colorBgLayout: palette.paper,
    colorFillQuaternary: palette.sunken,
    borderRadius: 8,
    borderRadiusLG: 12,
    borderRadiusSM: 6,
    controlHeight: 36,
    fontFamily: sansFont,
    fontFamilyCode: monoFont,
    fontSize: 14,
    boxShadowSecondary: '0 12px 32px -8px rgba(23, 35, 30, 0.18), 0 2px 6px rgba(23, 35, 30, 0.06)',
  },
  components: {
    Table: {
      headerBg: 'transparent',
      headerColor: palette.inkFaint,
      headerSplitColor: 'transparent',
      rowHoverBg: palette.sunken,
      cellPaddingBlock: 12,
      borderColor: palette.lineSoft,
    },
    Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none', fontWeight: 500 },
    Segmented: { itemSelectedColor: palette.jadeDeep, trackBg: '#eaede5' },
    Input: { activeShadow: '0 0 0 3px rgba(26, 117, 86, 0.14)' },
    Drawer: { paddingLG: 20 },
  },
};
