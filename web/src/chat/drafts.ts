const prefix = "muster-draft ";

// What was typed and not sent survives a reload of the tab; without storage it does not, and nothing else is lost.
export function readDraft(key: string): string {
  try { return sessionStorage.getItem(prefix + key) ?? ""; } catch { return ""; }
}

export function writeDraft(key: string, text: string): void {
  try {
    if (text) sessionStorage.setItem(prefix + key, text);
    else sessionStorage.removeItem(prefix + key);
  } catch { /* see above */ }
}
