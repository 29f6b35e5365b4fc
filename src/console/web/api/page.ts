import { useInfiniteQuery } from '@tanstack/react-query';
import { read, type Query } from './request.js';

/** One keyset page; `next` is the cursor of the following one. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

export interface Pages<T> {
  readonly rows: readonly T[];
  readonly loading: boolean;
  readonly error: Error | null;
  readonly hasMore: boolean;
  readonly loadingMore: boolean;
  readonly loadMore: () => void;
  readonly retry: () => void;
}

/** A list that loads further pages on request. */
export function usePages<T>(path: string, query: Query, refreshMs?: number): Pages<T> {
  const pages = useInfiniteQuery({
    queryKey: [path, query],
    queryFn: ({ pageParam, signal }) => read<Page<T>>(path, { limit: 30, ...query, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    // Only the first page is refreshed: a refresh of a long list would move what somebody reads.
    refetchInterval: (state) => ((state.state.data?.pages.length ?? 0) <= 1 ? (refreshMs ?? false) : false),
  });
  return {
    rows: pages.data?.pages.flatMap((page) => page.items) ?? [],
    loading: pages.isPending,
    error: pages.error,
    hasMore: pages.hasNextPage,
    loadingMore: pages.isFetchingNextPage,
    loadMore: () => void pages.fetchNextPage(),
    retry: () => void pages.refetch(),
  };
}
