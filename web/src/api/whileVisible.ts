interface Closable { close(): void }

/**
 * Keeps a stream open while the page is looked at: browsers allow few connections to a plain-http hub, so tabs that nobody sees
 * give theirs back. The returned function ends it.
 */
export function whileVisible(open: () => Closable): () => void {
  let stream: Closable | null = document.hidden ? null : open();
  const onVisibility = () => {
    if (document.hidden) {
      stream?.close();
      stream = null;
    } else {
      stream ??= open();
    }
  };
  document.addEventListener("visibilitychange", onVisibility);
  return () => {
    document.removeEventListener("visibilitychange", onVisibility);
    stream?.close();
  };
}
