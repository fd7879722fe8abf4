import { expect, test } from "vitest";
import { splitJobs } from "./toolText";

test("Jobs_InAText_StandAtTheOddPlaces", () => {
  const id = "job_01m8bp29g77r5hetfdpm0mw7zp";
  expect(splitJobs(`Job ${id}. /stop cancels it.`)).toEqual(["Job ", id, ". /stop cancels it."]);
  expect(splitJobs("no job_1 here")).toEqual(["no job_1 here"]);
});
