import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import "../i18n";
import type { Plan, PlanStep } from "../api/types";
import { Analysis } from "./Analysis";

const step = (id: string, more: Partial<PlanStep> = {}): PlanStep => ({ id, description: `do ${id}`, skills: [], depends_on: [], placement: "load", node: null, why: `why ${id}`, ...more });
const plan: Plan = {
  complexity: "moderate", reasoning: "Two things and a summary.", required_skills: [], handle_locally: false, by: "model",
  subtasks: [step("api", { node: "desktop", placement: "files", skills: ["shell"] }), step("site"), step("sum", { placement: "hub", depends_on: ["api", "site"] })],
};

test("Analysis_OfAPlan_ShowsWhyWhereAndAfterWhat", () => {
  const text = renderToStaticMarkup(<Analysis plan={plan} />).replace(/<[^>]+>/g, "|");
  for (const part of ["moderate", "3 steps", "analysed by a model", "Two things and a summary.", "do api", "to desktop", "where the files are", "why api", "Tools: shell", "by load", "any machine", "after api, site"]) {
    expect(text).toContain(part);
  }
  expect(text.indexOf("First")).toBeLessThan(text.indexOf("do api"));
  expect(text.indexOf("Then")).toBeGreaterThan(text.indexOf("do site"));
});

test("Analysis_WordsOfANewerHub_AreShownAsTheyAre", () => {
  const text = renderToStaticMarkup(<Analysis plan={{ ...plan, complexity: "huge", subtasks: [step("a", { placement: "moon" })] }} />);
  expect(text).toContain("huge");
  expect(text).toContain("moon");
});
