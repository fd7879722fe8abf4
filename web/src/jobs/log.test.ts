import { expect, test } from "vitest";
import { LogText } from "./log";

const base64 = (...bytes: number[]) => btoa(String.fromCharCode(...bytes));

test("Log_CharacterCutByAPiece_IsWhole", () => {
  const log = new LogText();
  log.add({ attempt: 1, bytes: base64(0x61, 0xe2, 0x86) });
  log.add({ attempt: 1, bytes: base64(0x92, 0x62) });
  expect(log.text).toBe("a→b");
});

test("Log_AnotherAttempt_BeginsAnew", () => {
  const log = new LogText();
  log.add({ attempt: 1, bytes: btoa("first") });
  log.add({ attempt: 2, bytes: btoa("second") });
  log.add({ attempt: 1, bytes: btoa("late") });
  expect(log.text).toBe("second");
});

test("Log_LongOne_KeepsItsEnd", () => {
  const log = new LogText();
  for (let i = 0; i < 100; i++) log.add({ attempt: 1, bytes: btoa(`${i} ${"x".repeat(1_000)}\n`) });
  expect(log.text.length).toBe(60_000);
  expect(log.text.endsWith("x\n")).toBe(true);
});
