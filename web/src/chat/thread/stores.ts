import { useEffect, useSyncExternalStore } from "react";
import { ThreadStore, type ThreadState } from "./store";

// Threads stay in memory while the page lives, so that going back to one is instant and keeps unsent messages.
const stores = new Map<string, ThreadStore>();
const kept = 12;

export function threadStore(id: string): ThreadStore {
  const store = stores.get(id) ?? new ThreadStore(id);
  stores.delete(id);
  stores.set(id, store);
  const oldest = stores.keys().next().value;
  if (stores.size > kept && oldest !== undefined) stores.delete(oldest);
  return store;
}

export const forgetThreads = (): void => stores.clear();

/** Watches a thread, and holds its stream open while the component is shown. */
export function useThread(id: string): { store: ThreadStore; state: ThreadState } {
  const store = threadStore(id);
  useEffect(() => store.connect(), [store]);
  const state = useSyncExternalStore(store.subscribe, store.snapshot);
  return { store, state };
}
