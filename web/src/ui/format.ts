import i18n from "../i18n";

// The browser's own region decides on 12 or 24 hours, as long as it speaks the page's language.
const locale = (): string =>
  navigator.languages.find((l) => l.startsWith(i18n.language)) ?? (i18n.language === "zh" ? "zh-CN" : "en-GB");

export function bytes(count: number | null): string {
  if (count === null) return "–";
  const units = ["B", "KB", "MB", "GB", "TB"];
  let value = count;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

export function duration(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 10_000) return `${(milliseconds / 1_000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1_000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** "5 minutes ago" or "in 5 minutes", in the page's language. */
export function relative(time: string | null, now: number = Date.now()): string {
  if (!time) return i18n.t("machines.unknown");
  const seconds = (new Date(time).getTime() - now) / 1_000;
  if (Math.abs(seconds) < 10) return i18n.t("time.now");
  const format = new Intl.RelativeTimeFormat(locale(), { numeric: "auto" });
  const steps = [[60, "second", 1], [3_600, "minute", 60], [86_400, "hour", 3_600], [Infinity, "day", 86_400]] as const;
  const [, unit, size] = steps.find(([limit]) => Math.abs(seconds) < limit) ?? steps[3];
  return format.format(Math.round(seconds / size), unit);
}

export const clock = (time: string): string =>
  new Intl.DateTimeFormat(locale(), { hour: "2-digit", minute: "2-digit" }).format(new Date(time));

export const fullTime = (time: string): string =>
  new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "medium" }).format(new Date(time));
