import { Navigate, useLocation } from 'react-router';
import { useSessionQuery } from '../api/session.js';
import { CorpProvider } from './corp.js';
import { FaultNotice } from './fault-notice.js';
import { PageSkeleton } from './page-skeleton.js';
import { Shell } from './shell.js';

/** Shows its content to a logged-in user; sends others to the login page and back afterwards. */
export function Gate() {
  const session = useSessionQuery();
  const { pathname, search } = useLocation();
  if (session.isPending)
    return (
      <div style={{ padding: 32 }}>
        <PageSkeleton />
      </div>
    );
  if (session.data === null) return <Navigate to="/login" replace state={{ from: pathname + search }} />;
  if (session.data === undefined) return <FaultNotice error={session.error} retry={() => void session.refetch()} />;
  return (
    <CorpProvider session={session.data}>
      <Shell />
    </CorpProvider>
  );
}
