import { useEffect, useSyncExternalStore } from "react";
import { ThreadStore, type ThreadState } from "./store";
import { isWorking } from "./view";

// Threads stay in memory while the page lives, so that going back to one is instant and keeps unsent messages.
const stores = new Map<string, ThreadStore>();
const kept = 12;
const idleMs = 30_000;

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
  useEffect(() => {
    let disconnect: (() => void) | null = store.connect();
    let timer: ReturnType<typeof setTimeout> | undefined;
    // Browsers allow few connections to a plain-http hub: a tab that nobody sees and that waits for nothing gives its back.
    const onVisibility = () => {
      clearTimeout(timer);
      if (!document.hidden) disconnect ??= store.connect();
      else timer = setTimeout(() => {
        if (isWorking(store.snapshot().view)) return;
        disconnect?.();
        disconnect = null;
      }, idleMs);
    };
    document.addEventListener("visibilitychange", onVisibility);
    return () => {
      document.removeEventListener("visibilitychange", onVisibility);
      clearTimeout(timer);
      disconnect?.();
    };
  }, [store]);
  const state = useSyncExternalStore(store.subscribe, store.snapshot);
  return { store, state };
}
