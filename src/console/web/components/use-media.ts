import { useSyncExternalStore } from 'react';

/** Whether a condition on the device holds, now and whenever it changes. */
function mediaHook(query: string): () => boolean {
  const subscribe = (changed: () => void): (() => void) => {
    const media = window.matchMedia(query);
    media.addEventListener('change', changed);
    return () => media.removeEventListener('change', changed);
  };
  return () => useSyncExternalStore(subscribe, () => window.matchMedia(query).matches);
}

export const useIsPhone = mediaHook('(max-width: 767px)');

/** Somebody asked their device for less motion. */
export const useLessMotion = mediaHook('(prefers-reduced-motion: reduce)');
