// Takes a picture of every page in every look into the folder named on the command line, and reports what the
// browser complained about (scripts, content security policy). Needs `npm run build` and a Chromium.
import { mkdirSync } from "node:fs";
import { openStage, signIn } from "./browser.mjs";
import { missed } from "./fake-hub.mjs";

const folder = process.argv[2] ?? "look";
mkdirSync(folder, { recursive: true });
const stage = await openStage({ pace: 0.2, inbox: missed() });
const { url } = stage;
const looks = [
  { name: "light", scheme: "light", width: 1280, height: 800, locale: "en-GB" },
  { name: "dark", scheme: "dark", width: 1280, height: 800, locale: "en-GB" },
  { name: "zh", scheme: "light", width: 1280, height: 800, locale: "zh-CN" },
  { name: "phone", scheme: "light", width: 360, height: 740, locale: "en-GB", touch: true },
  { name: "phone-zh-dark", scheme: "dark", width: 360, height: 740, locale: "zh-CN", touch: true },
];
const only = process.argv[3];
for (const look of looks.filter((l) => !only || l.name === only)) {
  const page = await stage.openPage(look);
  page.on("console", (m) => { if (m.type() === "error" || m.type() === "warning") console.log(look.name, m.text()); });
  page.on("pageerror", (e) => console.log(look.name, "page error", e.message));
  const shot = (name) => page.screenshot({ path: `${folder}/${look.name}-${name}.png` });
  const field = page.locator("textarea");
  const send = async (text) => { await field.fill(text); await page.locator("form button[type=submit]").click(); };
  const idle = async () => { await page.locator('[class*=usage], [class*=trouble]').last().waitFor(); await page.waitForTimeout(400); };

  await signIn(page, url, "wrong");
  await page.locator("[role=alert]").waitFor();
  await shot("login");
  await page.route("**/api/v1/hub", (route) => route.fulfill({ json: { version: "0.1.0", name: "home", claimed: false } }));
  await page.goto(`${url}/claim#${"t".repeat(43)}`);
  await page.locator("button[type=submit]").click();
  await shot("claim");
  await page.unroute("**/api/v1/hub");
  if (page.url().includes("#")) console.log("the token stayed in the address bar");
  await signIn(page, url);
  await field.waitFor();
  await page.waitForTimeout(500);
  await shot("empty");
  const dismiss = page.locator("section[class*=missed] button");
  if (await dismiss.count()) await dismiss.click();
  await dismiss.waitFor({ state: "detached" });
  await field.fill("/");
  await page.waitForTimeout(150);
  await shot("commands");
  await field.fill("");
  await page.locator("[class*=examples] button").first().click();
  await idle();
  await shot("chat");
  await send("fail");
  await page.locator("[class*=trouble]").last().waitFor();
  await page.waitForTimeout(400);
  await shot("failed");
  await send("approve");
  await page.locator("[class*=decide]").waitFor();
  await page.waitForTimeout(300);
  await shot("approval");
  await page.goto(`${url}/approvals`);
  await page.locator("[class*=decide]").waitFor();
  await page.waitForTimeout(300);
  await shot("approvals");
  await page.locator("[class*=decide] button").first().click();
  await page.locator("[class*=answered]").waitFor();
  await page.goBack();
  await field.waitFor();
  await page.waitForTimeout(900);
  await send("long");
  await page.locator("[data-follow=true]").waitFor();
  await page.waitForTimeout(800);
  await send("only the first ten frames, please");
  await page.waitForTimeout(500);
  await shot("running");
  await page.locator('button[class*=stop]').click();
  await page.waitForTimeout(700);
  await send("/nodes");
  await page.waitForTimeout(400);
  await shot("stopped");
  await page.locator('button[class*=picker]').click();
  await page.waitForTimeout(250);
  await shot("picker");
  await page.keyboard.press("Escape");
  if (look.touch) {
    await page.locator("[class*=opener]").click();
    await page.waitForTimeout(250);
    await shot("side");
  }
  await page.locator("[class*=accountButton]").click();
  await page.waitForTimeout(250);
  await shot("account");
  await lookAtWork(page, shot);
  await page.goto(`${url}/nodes`);
  await page.locator("li h2").first().waitFor();
  await shot("nodes");
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  if (wide) console.log(look.name, "wider than the window");
  await page.context().close();
}
await stage.close();

async function lookAtWork(page, shot) {
  const still = () => page.waitForTimeout(300);
  await page.goto(`${url}/schedules?over`);
  await page.locator("main li").last().waitFor();
  await shot("schedules");
  const fields = page.locator("form input:not([type=radio])");
  await page.locator("form button[aria-expanded]").click();
  await fields.nth(0).fill("call Bob");
  for (const [when, name] of [["whenever", "schedules-wrong"], ["tomorrow at 9", "schedules-made"]]) {
    await fields.nth(1).fill(when);
    await page.locator("form button[type=submit]").click();
    await page.locator(when === "whenever" ? "form [class*=error]" : "[class*=made]").first().waitFor();
    await shot(name);
  }
  await page.goto(`${url}/memory`);
  await page.locator("main li").last().waitFor();
  await shot("memory");
  await page.locator("main li button").first().click();
  await still();
  await shot("memory-forget");
  await page.goto(`${url}/plans`);
  await page.locator("textarea").fill("test the api and the site, then summarise what failed");
  await page.locator("form button[type=submit]").click();
  await page.locator("[class*=ways] button").first().waitFor();
  await shot("plan");
  await page.locator("[class*=ways] button").first().click();
  await page.locator("[class*=said]").waitFor();
  await still();
  await shot("job");
  await page.route("**/api/v1/notes*", (route) => route.fulfill({ status: 503, json: { code: "storage", detail: "The hub cannot write to its disk." } }));
  await page.goto(`${url}/memory`);
  await page.locator("[role=alert]").waitFor({ timeout: 20_000 });
  await shot("error");
}
