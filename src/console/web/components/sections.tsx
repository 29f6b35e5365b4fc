import {
  CarryOutOutlined,
  FileTextOutlined,
  HomeOutlined,
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
  { path: '/', label: 'nav.home', icon: <HomeOutlined />, onBar: true },
  { path: '/members', label: 'nav.members', icon: <TeamOutlined />, onBar: true },
  { path: '/moves', label: 'nav.moves', icon: <SwapOutlined />, onBar: true },
  { path: '/deliveries', label: 'nav.deliveries', icon: <SendOutlined />, onBar: true },
  { path: '/templates', label: 'nav.templates', icon: <FileTextOutlined />, onBar: false },
  { path: '/groups', label: 'nav.groups', icon: <UsergroupAddOutlined />, onBar: false },
  { path: '/tasks', label: 'nav.tasks', icon: <CarryOutOutlined />, onBar: false },
];
