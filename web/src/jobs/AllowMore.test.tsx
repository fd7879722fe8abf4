import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import "../i18n";
import type { Budget, Task } from "../api/types";
import { AllowMore } from "./AllowMore";

const task: Task = {
  id: "tsk_1", job: "job_1", step: "a", index: 0, state: "paused", reason: "It waits: muster budget tsk_1 +9.9 lets it go on.", attempts: 1, node: null, exit_code: null,
  started_at: null, ended_at: null, cost: null, history: [],
};

function shown(more: string | null) {
  const client = new QueryClient();
  client.setQueryData<Budget>(["task budget", task.id, task.reason], { max_cpt: "0.100000", spent_cpt: "0.020000", left_cpt: "0.080000", more_cpt: more });
  return renderToStaticMarkup(<MantineProvider><QueryClientProvider client={client}><AllowMore task={task} /></QueryClientProvider></MantineProvider>);
}

test("AllowMore_OfATaskThatWaits_OffersWhatTheHubSays", () => expect(shown("0.250000")).toMatch(/<button.*\b0\.25\b/));

test("AllowMore_WhereNothingWaits_OffersNothing", () => expect(shown(null)).not.toContain("<button"));
