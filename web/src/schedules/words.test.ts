import { afterAll, afterEach, expect, test, vi } from "vitest";
import i18n from "../i18n";
import { otherZone, outcomeWords, ruleWords } from "./words";

vi.stubGlobal("navigator", { languages: ["en-GB", "zh-CN"] });
afterAll(() => { vi.unstubAllGlobals(); });
afterEach(() => i18n.changeLanguage("en"));
const cron = (text: string) => ruleWords({ rule: "cron", every_seconds: null, cron: text });
const every = (seconds: number) => ruleWords({ rule: "every", every_seconds: seconds, cron: null });

test("Rule_Interval_TakesTheLargestUnitThatFits", () => {
  expect([every(300), every(3_600), every(5_400), every(172_800), every(7)]).toEqual(["every 5 minutes", "every hour", "every 90 minutes", "every 2 days", "every 7 seconds"]);
});

test("Rule_CommonCron_IsSaidInWords", () => {
  expect(["30 7 * * 1-5", "0 9 * * *", "0 9 * * 1,WED,7", "0 9 1 * *", "5 12 24 12 *", "*/10 * * * *", "15 * * * *"].map(cron)).toEqual([
    "every weekday at 07:30", "every day at 09:00", "every Monday, Wednesday and Sunday at 09:00", "on day 1 of every month at 09:00", "every year on 24 December at 12:05",
    "every 10 minutes", "every hour at minute 15",
  ]);
});

test("Rule_OtherCron_IsShownAsItIs", () => {
  expect([cron("0 9-17/2 * * *"), cron("0 9 1 * 1"), cron("0 9 * * 1-3"), cron("@daily")])
    .toEqual(["cron 0 9-17/2 * * *", "cron 0 9 1 * 1", "cron 0 9 * * 1-3", "cron @daily"]);
});

test("Rule_Once_NeedsNoWords", () => expect(ruleWords({ rule: "once", every_seconds: null, cron: null })).toBeNull());

test("Rule_InChinese_IsChinese", async () => {
  await i18n.changeLanguage("zh");
  expect([cron("30 7 * * 1-5"), cron("0 9 * * 1,3")]).toEqual(["每个工作日 07:30", "每星期一和星期三 09:00"]);
  expect(every(300)).toBe("每 5 分钟");
});

test("Outcome_Late_IsTroubleAndUnknownOnesAreShown", () => {
  expect(outcomeWords("told")).toEqual({ text: "told", trouble: false });
  expect(outcomeWords("told late")).toEqual({ text: "told late", trouble: true });
  expect(outcomeWords("its machine is not there any more").trouble).toBe(true);
  expect(outcomeWords("given to the coding session")).toEqual({ text: "given to the coding session", trouble: false });
  expect(outcomeWords("its coding session is not there")).toEqual({ text: "missed: its coding session was not there", trouble: true });
  expect(outcomeWords("something new")).toEqual({ text: "something new", trouble: true });
});

test("Zone_WithTheSameClock_IsNotWorthSaying", () => {
  const at = { next_at: "2026-11-27T08:00:00Z", rule: "cron" };
  expect(otherZone({ ...at, zone: "Europe/Berlin" }, "Europe/Paris")).toBeNull();
  expect(otherZone({ ...at, zone: "Asia/Shanghai" }, "Europe/Paris")).toBe("Asia/Shanghai");
  expect(otherZone({ ...at, zone: "Mars/Olympus" }, "Europe/Paris")).toBe("Mars/Olympus");
  expect(otherZone({ ...at, rule: "once", zone: "Asia/Shanghai" }, "Europe/Paris")).toBeNull();
});
