import { expect, test } from "vitest";
import type { Approval } from "../api/types";
import { shownNow, waitingOf, withApproval } from "./approvals";

const now = Date.parse("2026-11-26T10:00:00Z");
const asked = (id: string, more: Partial<Approval> = {}): Approval => ({
  id, conversation_id: "cnv_1", run_id: "run_1", node: "nas", tool: "shell", arguments: { command: "rm -r old" }, folder: "/srv", reason: "",
  state: "waiting", answered_by: null, expires_at: "2026-11-26T10:05:00Z", digest: "d1", ...more,
});

test("Shown_NewOnes_ComeAfterThoseThatAreThere", () => {
  const first = shownNow([], [asked("b")], now);
  expect(shownNow(first, [asked("a"), asked("b")], now).map((s) => s.approval.id)).toEqual(["b", "a"]);
});

test("Shown_AskedAnew_HasItsNewestDigest", () => {
  const [shown] = shownNow(shownNow([], [asked("a")], now), [asked("a", { digest: "d2" })], now);
  expect(shown!.approval.digest).toBe("d2");
});

test("Shown_NoLongerWaiting_StaysAndSaysThatItIsGone", () => {
  const first = shownNow([], [asked("a")], now);
  expect(shownNow(first, [], now)).toEqual([{ approval: asked("a"), gone: true }]);
  // Whoever restarted its machine is asked again.
  expect(shownNow(shownNow(first, [], now), [asked("a")], now)[0]!.gone).toBe(false);
});

test("Shown_PastItsTime_HasExpired", () => {
  const later = shownNow(shownNow([], [asked("a")], now), [], now + 301_000);
  expect(later[0]).toMatchObject({ gone: false, approval: { state: "expired" } });
  expect(shownNow(later, [], now + 999_000)).toEqual(later);
});

test("Event_OfOneThatIsAnswered_SaysHowAndCountsNoMore", () => {
  const listed = withApproval([asked("a"), asked("b")], asked("a", { state: "denied", answered_by: "ada" }))!;
  expect(waitingOf(listed).map((approval) => approval.id)).toEqual(["b"]);
  const shown = shownNow(shownNow([], [asked("a"), asked("b")], now), listed, now);
  expect(shown[0]).toMatchObject({ gone: false, approval: { state: "denied", answered_by: "ada" } });
  // It stays so when the list comes anew without it.
  expect(shownNow(shown, [asked("b")], now)).toEqual(shown);
});

test("Event_OfOneThatIsNotListed_AddsItOnlyWhileItWaits", () => {
  expect(withApproval([], asked("a"))).toEqual([asked("a")]);
  expect(withApproval([], asked("a", { state: "allowed" }))).toEqual([]);
  expect(withApproval(undefined, asked("a"))).toBeUndefined();
});
