import {
  AimOutlined,
  ApiOutlined,
  AuditOutlined,
  CalendarOutlined,
  CarryOutOutlined,
  ControlOutlined,
  ExperimentOutlined,
  FileTextOutlined,
  HomeOutlined,
  MobileOutlined,
  NodeIndexOutlined,
  NotificationOutlined,
  PartitionOutlined,
  QrcodeOutlined,
  SafetyOutlined,
  SendOutlined,
  SwapOutlined,
  TeamOutlined,
  UsergroupAddOutlined,
} from '@ant-design/icons';
import type { ComponentType, ReactNode } from 'react';
import type { Label } from './api/label.js';
import { en } from './i18n/en.js';
import { zh, type TextKey } from './i18n/zh.js';

export interface Page {
  readonly path: string;
  readonly load: () => Promise<ComponentType>;
  /** Its name in the navigation. Leave it out for a page that only other pages link to. */
  readonly label?: Label;
  readonly icon?: ReactNode;
  /** True: in the bottom bar of a phone. The others are under "more". */
  readonly onBar?: boolean;
}

const named = (key: TextKey): Label => ({ zh: zh[key], en: en[key] });

/** All pages, in the order of the navigation. A new page is one more entry, and may define its name here. */
export const pages: readonly Page[] = [
  {
    path: '/',
    label: named('nav.home'),
    icon: <HomeOutlined aria-hidden />,
    onBar: true,
    load: async () => (await import('./features/home/home.js')).Home,
  },
  {
    path: '/members',
    label: named('nav.members'),
    icon: <TeamOutlined aria-hidden />,
    onBar: true,
    load: async () => (await import('./features/members/members.js')).Members,
  },
  {
    path: '/members/:id',
    load: async () => (await import('./features/members/member-page.js')).MemberPage,
  },
  {
    path: '/segments',
    label: named('nav.segments'),
    icon: <PartitionOutlined aria-hidden />,
    load: async () => (await import('./features/segments/segments.js')).SegmentsPage,
  },
  {
    path: '/moves',
    label: named('nav.moves'),
    icon: <SwapOutlined aria-hidden />,
    onBar: true,
    load: async () => (await import('./features/moves/moves.js')).Moves,
  },
  {
    path: '/placement',
    label: named('nav.placement'),
    icon: <AimOutlined aria-hidden />,
    load: async () => (await import('./features/placement/placement.js')).PlacementPage,
  },
  {
    path: '/deliveries',
    label: named('nav.deliveries'),
    icon: <SendOutlined aria-hidden />,
    onBar: true,
    load: async () => (await import('./features/deliveries/deliveries.js')).Deliveries,
  },
  {
    path: '/waiting',
    label: named('nav.waiting'),
    icon: <MobileOutlined aria-hidden />,
    load: async () => (await import('./features/waiting/waiting.js')).WaitingPage,
  },
  {
    path: '/broadcasts',
    label: named('nav.broadcasts'),
    icon: <NotificationOutlined aria-hidden />,
    load: async () => (await import('./features/broadcasts/broadcasts.js')).Broadcasts,
  },
  {
    path: '/broadcasts/:key',
    load: async () => (await import('./features/broadcasts/broadcast-page.js')).BroadcastPage,
  },
  {
    path: '/series',
    label: named('nav.series'),
    icon: <NodeIndexOutlined aria-hidden />,
    load: async () => (await import('./features/series/series-page.js')).SeriesPage,
  },
  {
    path: '/calendar',
    label: named('nav.calendar'),
    icon: <CalendarOutlined aria-hidden />,
    load: async () => (await import('./features/calendar/calendar.js')).Calendar,
  },
  {
    path: '/templates',
    label: named('nav.templates'),
    icon: <FileTextOutlined aria-hidden />,
    load: async () => (await import('./features/templates/templates.js')).Templates,
  },
  {
    path: '/templates/:key',
    load: async () => (await import('./features/templates/template-page.js')).TemplatePage,
  },
  {
    path: '/results',
    label: named('nav.results'),
    icon: <ExperimentOutlined aria-hidden />,
    load: async () => (await import('./features/results/results.js')).ResultsPage,
  },
  {
    path: '/results/:key',
    load: async () => (await import('./features/results/result-page.js')).ResultPage,
  },
  {
    path: '/rules',
    label: named('nav.rules'),
    icon: <ControlOutlined aria-hidden />,
    load: async () => (await import('./features/rules/rules.js')).Rules,
  },
  {
    path: '/rules/:document',
    load: async () => (await import('./features/rules/rule-page.js')).RulePage,
  },
  {
    path: '/safety',
    label: named('nav.safety'),
    icon: <SafetyOutlined aria-hidden />,
    load: async () => (await import('./features/safety/safety.js')).Safety,
  },
  {
    path: '/groups',
    label: named('nav.groups'),
    icon: <UsergroupAddOutlined aria-hidden />,
    load: async () => (await import('./features/groups/groups.js')).Groups,
  },
  {
    path: '/tasks',
    label: named('nav.tasks'),
    icon: <CarryOutOutlined aria-hidden />,
    load: async () => (await import('./features/tasks/tasks.js')).Tasks,
  },
  {
    path: '/ways',
    label: named('nav.ways'),
    icon: <QrcodeOutlined aria-hidden />,
    load: async () => (await import('./features/ways/ways.js')).Ways,
  },
  {
    path: '/connection',
    label: named('nav.connection'),
    icon: <ApiOutlined aria-hidden />,
    load: async () => (await import('./features/connection/connection.js')).Connection,
  },
  {
    path: '/connection/comparisons/:id',
    load: async () => (await import('./features/connection/reconciliation-page.js')).ReconciliationPage,
  },
  {
    path: '/set-aside',
    load: async () => (await import('./features/set-aside/set-aside.js')).SetAside,
  },
  {
    path: '/audit',
    label: named('nav.audit'),
    icon: <AuditOutlined aria-hidden />,
    load: async () => (await import('./features/audit/audit.js')).Audit,
  },
];
