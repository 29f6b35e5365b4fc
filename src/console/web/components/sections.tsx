import {
  ApiOutlined,
  AuditOutlined,
  CarryOutOutlined,
  FileTextOutlined,
  HomeOutlined,
  QrcodeOutlined,
  SendOutlined,
  SwapOutlined,
  TeamOutlined,
  UsergroupAddOutlined,
} from '@ant-design/icons';
import type { ReactNode } from 'react';
import type { TextKey } from '../i18n/zh.js';

export interface Section {
  readonly path: string;
  readonly label: TextKey;
  readonly icon: ReactNode;
  /** On a phone the first few fit the bar; the rest are under "more". */
  readonly onBar: boolean;
}

export const sections: readonly Section[] = [
  { path: '/', label: 'nav.home', icon: <HomeOutlined aria-hidden />, onBar: true },
  { path: '/members', label: 'nav.members', icon: <TeamOutlined aria-hidden />, onBar: true },
  { path: '/moves', label: 'nav.moves', icon: <SwapOutlined aria-hidden />, onBar: true },
  { path: '/deliveries', label: 'nav.deliveries', icon: <SendOutlined aria-hidden />, onBar: true },
  { path: '/templates', label: 'nav.templates', icon: <FileTextOutlined aria-hidden />, onBar: false },
  { path: '/groups', label: 'nav.groups', icon: <UsergroupAddOutlined aria-hidden />, onBar: false },
  { path: '/tasks', label: 'nav.tasks', icon: <CarryOutOutlined aria-hidden />, onBar: false },
  { path: '/ways', label: 'nav.ways', icon: <QrcodeOutlined aria-hidden />, onBar: false },
  { path: '/connection', label: 'nav.connection', icon: <ApiOutlined aria-hidden />, onBar: false },
  { path: '/audit', label: 'nav.audit', icon: <AuditOutlined aria-hidden />, onBar: false },
];
