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
import { useLessMotion } from './components/use-media.js';
import { Login } from './features/login/login.js';
import { NotFound } from './features/not-found/not-found.js';
import { LanguageProvider, useTexts } from './i18n/i18n.js';
import { routes } from './navigation.js';
import { theme } from './theme/theme.js';

const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    // A 401 from any route means that the session has expired; the gate then shows the login.
    onError: (error) => {
      if (isFault(error) && error.status === 401) queries.setQueryData(sessionKey, null);
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      // The server would refuse again; only a missing answer is retried.
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
        children: [...routes, { path: '*', element: <NotFound /> }],
      },
    ],
  },
]);

function Themed() {
  const { language } = useTexts();
  const lessMotion = useLessMotion();
  // Set in the theme: antd's lists stay invisible if only our CSS shortens their animation.
  const inUse = { ...theme, token: { ...theme.token, motion: !lessMotion } };
  return (
    <ConfigProvider theme={inUse} locale={language === 'zh' ? zhCN : enGB} button={{ autoInsertSpace: false }}>
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
