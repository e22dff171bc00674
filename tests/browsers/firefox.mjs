// Firefox, driven over WebDriver BiDi: one command a line in, one answer a line out.
import { createInterface } from "node:readline";
import { launch } from "puppeteer-core";

const browser = await launch({ browser: "firefox", executablePath: process.argv[2], headless: true });
let context, page;

const commands = {
  // A context of its own: no cookies, no storage, no cache of another case.
  async fresh() {
    if (context) await context.close();
    context = await browser.createBrowserContext();
    page = await context.newPage();
    await page.setViewport({ width: 1280, height: 800 });
  },
  go: (url) => page.goto(url, { waitUntil: "domcontentloaded" }).then(() => null),
  evaluate: (expression) => page.evaluate(expression),
  version: () => browser.version(),
};

const answer = (told) => process.stdout.write(`${JSON.stringify(told)}\n`);

answer({ value: "ready" });
for await (const line of createInterface({ input: process.stdin })) {
  const [name, ...given] = JSON.parse(line);
  try {
    answer({ value: (await commands[name](...given)) ?? null });
  } catch (error) {
    answer({ error: String(error) });
  }
}
await browser.close();
