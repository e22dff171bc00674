// Builds the files of the server package, where they are committed. The two a page gets:
//
//   loader.js   one expression, a function of the slot table; a tag embeds it as (loader)(TABLE)
//   mitate.js   loaded async by the loader
//
// And evaluators of rules, each a module by itself (src/rules):
//
//   rules-snippet.js     what is left of a rule for the page to decide
//   rules-edge.js        all of targeting, where no Python runs; its types are rules-edge.d.ts
//   rules-jsonlogic.js   the official JSON-Logic dialect
//
// node build.mjs           writes them
// node build.mjs --check   fails when the committed files are not what the source gives
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const target = "es2019";

async function bundle(entry) {
  const { outputFiles } = await build({
    absWorkingDir: here, entryPoints: [entry], bundle: true, write: false, format: "esm", target, charset: "utf8",
    define: { EDGE: `${entry.includes("edge")}` }, minifySyntax: true, legalComments: "none",
  });
  return outputFiles[0].text;
}

async function minify(code) {
  const result = await transform(code, { minify: true, target, charset: "utf8", legalComments: "none" });
  return result.code.trim().replace(/;$/, "");
}

const module = async (entry) => `${await minify(await bundle(entry))};\n`;

const page = ["loader.js", "mitate.js"];
const built = {
  // Scope hoisting leaves one flat list of declarations, which becomes the body of one function.
  "loader.js": (await minify(`x = TABLE => {${await bundle("src/loader.ts")}}`)).replace(/^x=/, ""),
  "mitate.js": `${await minify(`(() => {${await bundle("src/mitate.ts")}})()`)};\n`,
  "rules-snippet.js": await module("src/rules/snippet.ts"),
  "rules-edge.js": await module("src/rules/edge.ts"),
  "rules-jsonlogic.js": await module("src/rules/jsonlogic.ts"),
};

const check = process.argv.includes("--check");
const folder = new URL("../server/mitate_server/static/", import.meta.url);
let bytes = 0;
mkdirSync(folder, { recursive: true });
for (const [name, code] of Object.entries(built)) {
  const file = new URL(name, folder);
  if (!check) writeFileSync(file, code);
  else if (readFileSync(file, "utf8") !== code) {
    console.error(`${name} is not what its source gives: run "npm run build" in js-snippet and commit the result`);
    process.exitCode = 1;
  }
  const zipped = gzipSync(code, { level: 9 }).length;
  if (page.includes(name)) bytes += zipped;
  console.log(`${name}  ${Buffer.byteLength(code)} bytes, ${zipped} gzipped`);
}
console.log(`${page.join(" and ")} together  ${bytes} gzipped`);
