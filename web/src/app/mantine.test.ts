import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const src = join(import.meta.dirname, "..");
const styles = join(src, "../node_modules/@mantine/core/styles");
const imported = [...readFileSync(join(src, "app/mantine.css"), "utf8").matchAll(/styles\/([\w-]+)\.css/g)].map((m) => m[1]!);

test("Styles_OfEveryComponentInUse_AreThere", () => {
  const used = new Set(readdirSync(src, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".tsx")).flatMap((file) =>
    [...readFileSync(join(src, file), "utf8").matchAll(/import \{([^}]*)\} from "@mantine\/core"/g)].flatMap((m) => m[1]!.split(",").map((name) => name.trim()))));
  expect(used.size).toBeGreaterThan(10);
  expect([...used].filter((name) => existsSync(join(styles, `${name}.css`)) && !imported.includes(name))).toEqual([]);
});

test("Styles_StandInMantinesOrder", () => {
  const all = readFileSync(join(styles, "../styles.css"), "utf8");
  const places = imported.map((name) => all.indexOf(readFileSync(join(styles, `${name}.css`), "utf8").slice(0, 60).trim()));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(places).not.toContain(-1);
});
