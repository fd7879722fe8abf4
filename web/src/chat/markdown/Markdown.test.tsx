import { renderToStaticMarkup } from "react-dom/server";
import { MantineProvider } from "@mantine/core";
import { expect, test } from "vitest";
import "../../i18n";
import Markdown from "./Markdown";

const html = (text: string) => renderToStaticMarkup(<MantineProvider><Markdown text={text} live={false} /></MantineProvider>);

test("Markdown_RawHtml_IsTextOnly", () => {
  const page = html('<img src=x onerror=alert(1)> <script>alert(1)</script>\n\n```html\n<script>x</script>\n```');
  expect(page).not.toMatch(/<script|<img/);
});

test("Markdown_Links_AreSafe", () => {
  const page = html("[good](https://a.example) [bad](javascript:alert(1)) [data](data:text/html,x)");
  expect(page).toContain('href="https://a.example" target="_blank" rel="noopener noreferrer nofollow"');
  expect(page).not.toMatch(/javascript:|data:text/);
});

test("Markdown_Image_IsALinkAndNotFetched", () => {
  const page = html("![chart](https://a.example/c.png)");
  expect(page).not.toContain("<img");
  expect(page).toContain('href="https://a.example/c.png"');
});
