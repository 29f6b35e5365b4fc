import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Label } from './label.js';
import { isFault, read, rememberCsrf, write } from './request.js';

export interface Session {
  readonly user: { readonly name: string };
  readonly csrf: string;
  readonly corp: { readonly mode: 'sandbox' | 'live'; readonly timeZone: string; readonly now: number };
  readonly tiers: readonly { readonly key: string; readonly label: Label; readonly color: string }[];
  readonly stages: readonly { readonly key: string; readonly label: Label }[];
}

export const sessionKey = ['session'] as const;

/** `null`: nobody is logged in. */
async function readSession(): Promise<Session | null> {
  try {
    const session = await read<Session>('/console/api/session');
    rememberCsrf(session.csrf);
    return session;
  } catch (error) {
    if (isFault(error) && error.status === 401) return null;
    throw error;
  }
}

export const useSessionQuery = () =>
  useQuery({
    queryKey: sessionKey,
    queryFn: readSession,
    // The sandbox pushes its clock, so the corp's time is polled more often there.
    refetchInterval: (query) => (query.state.data?.corp.mode === 'sandbox' ? 5_000 : 60_000),
  });

export function useLogin() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (who: { username: string; password: string }) =>
      write<{ csrf: string }>('POST', '/console/api/login', who),
    onSuccess: async ({ csrf }) => {
      rememberCsrf(csrf);
      await queries.query({ queryKey: sessionKey, queryFn: readSession, staleTime: 0 });
    },
  });
}

export function useLogout() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => write<void>('POST', '/console/api/logout', {}),
    onSettled: () => {
      queries.clear();
      queries.setQueryData(sessionKey, null);
    },
  });
}
