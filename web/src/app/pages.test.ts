import { expect, test } from "vitest";
import { pages } from "./pages";

test("Pages_EveryAddress_BelongsToOneEntryAtMost", () => {
  const here = (path: string) => pages.filter((page) => page.isHere(path)).map((page) => page.to);
  expect(["/", "/c/cnv_1", "/approvals", "/plans", "/jobs/job_1", "/schedules", "/memory", "/nodes"].map(here))
    .toEqual([["/"], ["/"], ["/approvals"], ["/plans"], ["/plans"], ["/schedules"], ["/memory"], ["/nodes"]]);
  expect([here("/plansomething"), here("/elsewhere")]).toEqual([[], []]);
});
