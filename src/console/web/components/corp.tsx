import { createContext, use, type ReactNode } from 'react';
import type { Session } from '../api/session.js';
import { useTexts } from '../i18n/i18n.js';

const Context = createContext<Session | null>(null);

export const CorpProvider = ({ session, children }: { readonly session: Session; readonly children: ReactNode }) => (
  <Context value={session}>{children}</Context>
);

/** The user, and the corp's mode, time zone, time and tiers. Available inside the shell only. */
export function useSession(): Session {
  const session = use(Context);
  if (!session) throw new Error('useSession outside the shell');
  return session;
}

export function useTierName(): (key: string | null) => string {
  const { tiers } = useSession();
  const { say, t } = useTexts();
  return (key) => (key === null ? t('tier.none') : say(tiers.find((tier) => tier.key === key)?.label) || key);
}

export function useStageName(): (key: string | null) => string {
  const { stages } = useSession();
  const { say, t } = useTexts();
  return (key) => (key === null ? t('stage.none') : say(stages.find((stage) => stage.key === key)?.label) || key);
}
