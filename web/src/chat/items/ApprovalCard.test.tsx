import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { renderToStaticMarkup } from "react-dom/server";
import { afterAll, expect, test, vi } from "vitest";
import "../../i18n";
import type { Approval } from "../../api/types";
import { ApprovalCard } from "./ApprovalCard";

vi.stubGlobal("navigator", { languages: ["en-GB"] });
afterAll(() => { vi.unstubAllGlobals(); });

const asked: Approval = {
  id: "apr_1", conversation_id: "cnv_1", run_id: "run_1", node: "nas", tool: "file_write", arguments: { path: "notes.md", append: false }, folder: "/srv/work",
  reason: "A rule wants a person's yes.", state: "waiting", answered_by: null, expires_at: new Date(Date.now() + 300_000).toISOString(),
  preview: "--- notes.md\n+++ notes.md\n@@ -1 +1 @@\n-old\n+new\n", digest: "62a72676888f2ce5f812adebab81",
};
const shown = (approval: Approval, gone = false) => renderToStaticMarkup(
  <MantineProvider><QueryClientProvider client={new QueryClient()}><ApprovalCard approval={approval} gone={gone} /></QueryClientProvider></MantineProvider>);

test("Card_OfAWaitingCall_ShowsExactlyWhatWillRun", () => {
  const html = shown(asked);
  for (const part of ["nas asks for your approval", "file_write", "/srv/work", "notes.md", "+new", "-old", "62a72676888f", "in 5 minutes"]) expect(html).toContain(part);
  expect(html.match(/<button/g)).toHaveLength(2);
});

test("Card_WithoutADiff_ShowsEveryArgument", () => {
  const html = shown({ ...asked, tool: "shell", arguments: { command: "rm -r old", timeout: 30, cwd: "builds" }, preview: "" });
  for (const part of ["rm -r old", "timeout", "30", "cwd", "builds"]) expect(html).toContain(part);
});

test("Card_ThatDoesNotWait_HasNoButtons", () => {
  const answers = [shown({ ...asked, state: "allowed", answered_by: "bob" }), shown({ ...asked, state: "expired" }), shown(asked, true)];
  expect(answers.map((html) => html.includes("<button"))).toEqual([false, false, false]);
  expect(answers[0]).toContain("Allowed by bob");
  expect(answers[1]).toContain("Nobody answered in time");
  expect(answers[2]).toContain("answered elsewhere");
});
