import i18n from "../../i18n";

const telling = ["command", "cmd", "path", "file", "query", "url", "pattern", "name", "what", "text"];
const longestSummary = 160;

/** The one argument that says what a call does, for its headline. */
export function summaryOf(args: Record<string, unknown> | null): { key: string; text: string; full: string; long: boolean } | null {
  const entries = Object.entries(args ?? {}).filter((e): e is [string, string] => typeof e[1] === "string" && e[1] !== "");
  const entry = telling.map((key) => entries.find(([k]) => k === key)).find(Boolean) ?? entries[0];
  if (!entry) return null;
  const [key, full] = entry;
  const line = full.split("\n", 1)[0]!.slice(0, longestSummary);
  return { key, full, text: line, long: line !== full };
}

const hidden = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;
const longGap = /[\p{Zs}]{40,}/gu;
// In a diff each of them has the same sign before it.
const emptyLines = /^([+-]?)[\t\p{Zs}]*\n(?:\1[\t\p{Zs}]*\n){2,}/gmu;

/** Text that a person decides about, with what would hide or reorder it made visible. */
export const visible = (text: string): string => text
  .replace(emptyLines, (lines, sign: string) => `${sign}[${i18n.t("approval.emptyLines", { n: lines.split("\n").length - 1 })}]\n`)
  .replace(longGap, (gap) => ` [${i18n.t("approval.spaces", { n: gap.length })}] `)
  .replace(hidden, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** The same for all arguments of a call. */
export const visibleArguments = (args: Record<string, unknown> | null): Record<string, unknown> | null => args && Object.fromEntries(
  Object.entries(args).map(([key, value]) => [visible(key), visible(typeof value === "string" ? value : JSON.stringify(value))]));

/** What a tool said, for reading. A shell's result is JSON around its two outputs. */
export function readOutput(
  text: string, details: Record<string, unknown> | null,
): { text: string; exitCode: number | null } {
  const code = details?.["exit_code"];
  const told = typeof code === "number" ? code : null;
  if (!text.startsWith("{")) return { text: text.trimEnd(), exitCode: told };
  try {
    const shell = JSON.parse(text) as Record<string, unknown>;
    if (typeof shell["stdout"] !== "string") return { text, exitCode: told };
    const parts = [shell["stdout"], shell["stderr"]].filter((p): p is string => typeof p === "string" && p !== "");
    const exitCode = typeof shell["exit_code"] === "number" ? shell["exit_code"] : told;
    return { text: parts.map((p) => p.trimEnd()).join("\n"), exitCode };
  } catch {
    // Cut or other JSON: it is shown as it came.
    return { text, exitCode: told };
  }
}

/** A text around the ids of jobs in it, which stand at the odd places. */
export const splitJobs = (text: string): string[] => text.split(/\b(job_[0-9a-hjkmnp-tv-z]{26})\b/);
