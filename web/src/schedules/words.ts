import i18n from "../i18n";
import type { Schedule } from "../api/types";
import { locale } from "../ui/format";

const t = i18n.t.bind(i18n);
const units = [["days", 86_400], ["hours", 3_600], ["minutes", 60], ["seconds", 1]] as const;

/** How one repeats, in words: "every 5 minutes", "every weekday at 07:30"; null for one that comes once. */
export function ruleWords({ rule, every_seconds: every, cron }: Pick<Schedule, "rule" | "every_seconds" | "cron">): string | null {
  if (rule === "every" && every) {
    const [unit, size] = units.find(([, seconds]) => every % seconds === 0)!;
    return t(`schedules.rule.${unit}`, { count: every / size });
  }
  return rule === "cron" && cron ? cronWords(cron) ?? `cron ${cron}` : null;
}

/** The common shapes of a crontab in words; others have to be read as they are. */
function cronWords(cron: string): string | null {
  const [minute, hour, day, month, weekday] = cron.trim().split(/\s+/) as [string, string, string, string, string];
  const [m, h, d, mon] = [minute, hour, day, month].map(number) as [number | null, number | null, number | null, number | null];
  const always = day === "*" && month === "*" && weekday === "*";
  const step = /^\*\/(\d+)$/.exec(minute);
  if (always && hour === "*" && (minute === "*" || step)) return t("schedules.rule.minutes", { count: step ? Number(step[1]) : 1 });
  if (m === null) return null;
  if (always && hour === "*") return t("schedules.rule.hourly", { minute: m });
  if (h === null) return null;
  const time = clockAt(h, m);
  if (always) return t("schedules.rule.daily", { time });
  if (day === "*" && month === "*") {
    if (/^(1-5|MON-FRI)$/i.test(weekday)) return t("schedules.rule.weekdays", { time });
    const days = weekdays(weekday);
    return days && t("schedules.rule.weekly", { days, time });
  }
  if (weekday !== "*" || d === null) return null;
  if (month === "*") return t("schedules.rule.monthly", { day: d, time });
  return mon === null ? null : t("schedules.rule.yearly", { date: show(new Date(Date.UTC(2024, mon - 1, d)), { day: "numeric", month: "long" }), time });
}

const number = (field: string): number | null => (/^\d+$/.test(field) ? Number(field) : null);
// The fields say what a clock on the wall shows, so these dates live in a zone without changes.
const show = (at: Date, options: Intl.DateTimeFormatOptions): string => new Intl.DateTimeFormat(locale(), { ...options, timeZone: "UTC" }).format(at);
const clockAt = (hour: number, minute: number): string => show(new Date(Date.UTC(2024, 0, 7, hour, minute)), { hour: "2-digit", minute: "2-digit" });

const names = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

function weekdays(field: string): string | null {
  const days = field.split(",").map((part) => {
    const named = names.indexOf(part.toUpperCase());
    return named >= 0 ? named : /^[0-7]$/.test(part) ? Number(part) % 7 : null;
  });
  if (days.includes(null)) return null;
  // The seventh of January 2024 was a Sunday.
  const words = (days as number[]).map((day) => show(new Date(Date.UTC(2024, 0, 7 + day)), { weekday: "long" }));
  return new Intl.ListFormat(locale(), { type: "conjunction" }).format(words);
}

const outcomes: [string, "told" | "late" | "given" | "session" | "skipped" | "machine" | "gone" | "zone"][] = [
  ["told late", "late"], ["told", "told"], ["given to the coding session", "session"], ["given", "given"], ["left out", "skipped"], ["its machine", "machine"], ["its coding session", "gone"], ["its time zone", "zone"],
];

/** What became of it the last time. The hub has a few fixed sentences; one of a newer hub is shown as it is. */
export function outcomeWords(outcome: string): { text: string; trouble: boolean } {
  const known = outcomes.find(([start]) => outcome.startsWith(start))?.[1];
  return { text: known ? t(`schedules.told.${known}`) : outcome, trouble: known !== "told" && known !== "given" && known !== "session" };
}

/** The zone that a rule is meant in, where its clocks show another time than the reader's. */
export function otherZone(schedule: Pick<Schedule, "zone" | "next_at" | "rule">, mine: string): string | null {
  if (schedule.rule !== "cron" || schedule.zone === mine) return null;
  const at = new Date(schedule.next_at ?? Date.now());
  const wall = (timeZone: string) => new Intl.DateTimeFormat("en-GB", { dateStyle: "short", timeStyle: "short", timeZone }).format(at);
  try {
    return wall(schedule.zone) === wall(mine) ? null : schedule.zone;
  } catch {
    // A zone that the hub knows and this browser does not.
    return schedule.zone;
  }
}

export const myZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;
