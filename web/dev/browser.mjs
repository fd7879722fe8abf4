import { chromium } from "playwright-core";
import { fakeHub } from "./fake-hub.mjs";

/** A fake hub on a free port and a Chromium beside it, for the scripts that look at the site. */
export async function openStage(options) {
  const hub = fakeHub(options);
  await new Promise((resolve) => hub.listen(0, "127.0.0.1", resolve));
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
  });
  return {
    url: `http://127.0.0.1:${hub.address().port}`,
    openPage: async ({ scheme, width, height, locale, touch }) => {
      const context = await browser.newContext({
        viewport: { width, height }, colorScheme: scheme, locale, hasTouch: touch, isMobile: touch, deviceScaleFactor: touch ? 2 : 1,
      });
      return context.newPage();
    },
    close: async () => {
      await browser.close();
      hub.closeAllConnections();
      hub.close();
    },
  };
}

export async function signIn(page, url, password = "secret word") {
  await page.goto(`${url}/login`);
  await page.locator("input[name=username]").fill("ann");
  await page.locator("input[name=password]").fill(password);
  await page.locator("button[type=submit]").click();
}
