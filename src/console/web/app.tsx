import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { App as AntApp, ConfigProvider } from 'antd';
import enGB from 'antd/locale/en_GB';
import zhCN from 'antd/locale/zh_CN';
import { createBrowserRouter } from 'react-router';
import { RouterProvider } from 'react-router/dom';
import { isFault } from './api/request.js';
import { sessionKey } from './api/session.js';
import { BrokenPage } from './components/broken-page.js';
import { Gate } from './components/gate.js';
import { PageSkeleton } from './components/page-skeleton.js';
import { Login } from './features/login/login.js';
import { NotFound } from './features/not-found/not-found.js';
import { LanguageProvider, useTexts } from './i18n/i18n.js';
import { theme } from './theme/theme.js';

const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    // A session that ran out shows itself as a 401 anywhere; the gate then asks for a login.
    onError: (error) => {
      if (isFault(error) && error.status === 401) queries.setQueryData(sessionKey, null);
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      // What the server refused it will refuse again; only silence is worth another try.
      retry: (tries, error) => tries < 2 && (!isFault(error) || error.status === 0 || error.status === 503),
    },
    mutations: {
      onError: (error) => {
        if (isFault(error) && error.status === 401 && error.code !== 'bad_credentials')
          queries.setQueryData(sessionKey, null);
      },
    },
  },
});

const router = createBrowserRouter([
  { path: '/login', element: <Login />, errorElement: <BrokenPage /> },
  {
    element: <Gate />,
    errorElement: <BrokenPage />,
    hydrateFallbackElement: <PageSkeleton />,
    children: [
      {
        errorElement: <BrokenPage />,
        children: [
          { index: true, lazy: async () => ({ Component: (await import('./features/home/home.js')).Home }) },
          {
            path: 'members',
            lazy: async () => ({ Component: (await import('./features/members/members.js')).Members }),
          },
          {
            path: 'members/:id',
            lazy: async () => ({ Component: (await import('./features/members/member-page.js')).MemberPage }),
          },
          {
            path: 'templates',
            lazy: async () => ({ Component: (await import('./features/templates/templates.js')).Templates }),
          },
          {
            path: 'templates/:key',
            lazy: async () => ({ Component: (await import('./features/templates/template-page.js')).TemplatePage }),
          },
          {
            path: 'deliveries',
            lazy: async () => ({ Component: (await import('./features/deliveries/deliveries.js')).Deliveries }),
          },
          { path: 'moves', lazy: async () => ({ Component: (await import('./features/moves/moves.js')).Moves }) },
          { path: 'groups', lazy: async () => ({ Component: (await import('./features/groups/groups.js')).Groups }) },
          { path: 'tasks', lazy: async () => ({ Component: (await import('./features/tasks/tasks.js')).Tasks }) },
          { path: 'ways', lazy: async () => ({ Component: (await import('./features/ways/ways.js')).Ways }) },
          {
            path: 'connection',
            lazy: async () => ({ Component: (await import('./features/connection/connection.js')).Connection }),
          },
          {
            path: 'connection/comparisons/:id',
            lazy: async () => ({
              Component: (await import('./features/connection/comparison-page.js')).ComparisonPage,
            }),
          },
          {
            path: 'set-aside',
            lazy: async () => ({ Component: (await import('./features/set-aside/set-aside.js')).SetAside }),
          },
          { path: 'audit', lazy: async () => ({ Component: (await import('./features/audit/audit.js')).Audit }) },
          { path: '*', element: <NotFound /> },
        ],
      },
    ],
  },
]);

function Themed() {
  const { language } = useTexts();
  return (
    <ConfigProvider theme={theme} locale={language === 'zh' ? zhCN : enGB} button={{ autoInsertSpace: false }}>
      <AntApp message={{ maxCount: 3 }}>
        <RouterProvider router={router} />
      </AntApp>
    </ConfigProvider>
  );
}

export const App = () => (
  <QueryClientProvider client={queries}>
    <LanguageProvider>
      <Themed />
    </LanguageProvider>
  </QueryClientProvider>
);
