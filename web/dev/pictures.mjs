// Makes the README's pictures of the chat from the built site: `npm run build && npm run pictures`.
import { fileURLToPath } from "node:url";
import { openStage, signIn } from "./browser.mjs";

const images = fileURLToPath(new URL("../../docs/images/", import.meta.url));
const pictures = [
  { name: "chat-light", scheme: "light", width: 1280, height: 800 },
  { name: "chat-dark", scheme: "dark", width: 1280, height: 800 },
  { name: "chat-phone", scheme: "light", width: 360, height: 740, touch: true },
];
for (const picture of pictures) {
  const stage = await openStage({ pace: 0.2 });
  const page = await stage.openPage({ ...picture, locale: "en-GB" });
  await signIn(page, stage.url);
  await page.locator("[class*=examples] button").first().click();
  await page.locator("[class*=usage]").waitFor();
  await page.locator("textarea").blur();
  await page.mouse.move(0, 0);
  await page.waitForTimeout(800);
  await page.screenshot({ path: `${images}${picture.name}.png` });
  await stage.close();
}
