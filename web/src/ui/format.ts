import i18n from "../i18n";

// The browser's own region decides on 12 or 24 hours, as long as it speaks the page's language.
export const locale = (): string =>
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
  return Math.abs(seconds) < 10 ? i18n.t("time.now") : span(seconds);
}

function span(seconds: number, numeric: "auto" | "always" = "auto"): string {
  const format = new Intl.RelativeTimeFormat(locale(), { numeric });
  const steps = [[60, "second", 1], [3_600, "minute", 60], [86_400, "hour", 3_600], [Infinity, "day", 86_400]] as const;
  const [, unit, size] = steps.find(([limit]) => Math.abs(seconds) < limit) ?? steps[3];
  return format.format(Math.round(seconds / size), unit);
}

/** "in 8 seconds", "in 2 hours"; what is due already is due now. */
export function dueIn(time: string, now: number): string {
  const seconds = (new Date(time).getTime() - now) / 1_000;
  return seconds < 1 ? i18n.t("time.due") : span(seconds, "always");
}

/** "today at 10:32", "tomorrow at 09:00", "Monday at 09:00", or the date: by the reader's own calendar and clock. */
export function dayTime(time: string, now: number): string {
  return i18n.t("time.at", { day: dayOf(new Date(time), new Date(now)), time: clock(time) });
}

function dayOf(at: Date, now: Date): string {
  const midnight = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
  // Days with a changed clock are an hour longer or shorter, hence rounded.
  const days = Math.round((midnight(at) - midnight(now)) / 86_400_000);
  if (Math.abs(days) <= 1) return new Intl.RelativeTimeFormat(locale(), { numeric: "auto" }).format(days, "day");
  if (days > 0 && days < 7) return new Intl.DateTimeFormat(locale(), { weekday: "long" }).format(at);
  return new Intl.DateTimeFormat(locale(), { dateStyle: "medium" }).format(at);
}

export const clock = (time: string): string =>
  new Intl.DateTimeFormat(locale(), { hour: "2-digit", minute: "2-digit" }).format(new Date(time));

export const fullTime = (time: string): string =>
  new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "medium" }).format(new Date(time));
