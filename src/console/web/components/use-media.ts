import { useSyncExternalStore } from 'react';

/** Whether a media query matches; updates when that changes. */
function mediaHook(query: string): () => boolean {
  const subscribe = (changed: () => void): (() => void) => {
    const media = window.matchMedia(query);
    media.addEventListener('change', changed);
    return () => media.removeEventListener('change', changed);
  };
  return () => useSyncExternalStore(subscribe, () => window.matchMedia(query).matches);
}

export const useIsPhone = mediaHook('(max-width: 767px)');

/** The user asked the device for less motion. */
export const useLessMotion = mediaHook('(prefers-reduced-motion: reduce)');
