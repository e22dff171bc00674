// Builds the files of the server package, where they are committed.
//
// What every page gets:
//   loader.js   one expression, a function of the slot table; a tag embeds it as (loader)(TABLE,OPS,SHADOW)
//   mitate.js   loaded async by the loader
//
// What a page gets when it needs it:
//   ops.js      one expression: what a decision does to elements beyond filling them; a tag embeds it as OPS
//   shadow.js   one expression: fills a slot whose nodes are a framework's; a tag embeds it as SHADOW
//   panel.js forward.js element.js   loaded by mitate.js, or by the page itself
//
// And evaluators of rules, each a module by itself (src/rules):
//   rules-snippet.js     what is left of a rule for the page to decide
//   rules-edge.js        all of targeting, where no Python runs; its types are rules-edge.d.ts
//   rules-jsonlogic.js   the official JSON-Logic dialect
//
// node build.mjs [NAME...]           writes them, or only those named
// node build.mjs --check [NAME...]   fails when the committed files are not what the source gives
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { minify as shrink } from "terser";

const here = fileURLToPath(new URL(".", import.meta.url));
const target = "es2020";

async function bundle(entry) {
  const { outputFiles } = await build({
    absWorkingDir: here, entryPoints: [entry], bundle: true, write: false, format: "esm", target, charset: "ascii",
    define: { EDGE: `${entry.includes("edge")}` }, minifySyntax: true, legalComments: "none",
  });
  return outputFiles[0].text;
}

async function minify(code) {
  const options = { ecma: 2020, module: true, compress: { passes: 3 }, format: { ascii_only: true } };
  return (await shrink(code, options)).code.trim().replace(/;$/, "");
}

// Scope hoisting leaves one flat list of declarations, which becomes the body of one function.
const expression = (parameters) => async (entry) =>
  `${(await minify(`x = (${parameters}) => {${await bundle(entry)}}`)).replace(/^x=/, "")}`;
// What the entry exports as default, as an expression that a tag hands to the loader.
const value = async (entry) => {
  const code = (await bundle(entry)).replace(/export \{\s*(\w+) as default\s*\};\s*$/, "return $1;");
  return (await minify(`x = (() => {${code}})()`)).replace(/^x=/, "");
};
// A function that is called at once is unwrapped by the minifier where it can be, and its names would be the page's.
const script = async (entry) => `(${await expression("")(entry)})();\n`;
// In a browser, or beside a loader, that it can't work with it gives up and says so, which isn't the page's mistake.
const careful = async (entry) => `try{(${await expression("")(entry)})()}catch(e){console.warn(e)}\n`;
const module = async (entry) => `${await minify(await bundle(entry))};\n`;

const FILES = {
  "loader.js": [expression("TABLE, OPS, SHADOW"), "src/loader.ts"],
  "mitate.js": [careful, "src/mitate.ts"],
  "shadow.js": [value, "src/shadow-tag.ts"],
  "element.js": [script, "src/element/element.ts"],
  "ops.js": [value, "src/ops/tag.ts"],
  "forward.js": [script, "src/forward/forward.ts"],
  "live.js": [script, "src/live/live.ts"],
  "panel.js": [script, "src/panel/main.ts"],
  "rules-snippet.js": [module, "src/rules/snippet.ts"],
  "rules-edge.js": [module, "src/rules/edge.ts"],
  "rules-jsonlogic.js": [module, "src/rules/jsonlogic.ts"],
};
const EVERY_PAGE = ["loader.js", "mitate.js"];

const said = process.argv.slice(2);
const check = said.includes("--check");
const wanted = said.filter((word) => !word.startsWith("--"));
const unknown = wanted.filter((name) => !FILES[name]);
if (unknown.length) throw Error(`no such file: ${unknown}; there are ${Object.keys(FILES)}`);

const folder = new URL("../server/mitate_server/static/", import.meta.url);
let together = "";
mkdirSync(folder, { recursive: true });
for (const name of wanted.length ? wanted : Object.keys(FILES)) {
  const [make, entry] = FILES[name];
  const code = await make(entry);
  const file = new URL(name, folder);
  if (!check) writeFileSync(file, code);
  else if (!existsSync(file) || readFileSync(file, "utf8") !== code) {
    console.error(`${name} is not what its source gives: run "npm run build" in js-snippet and commit the result`);
    process.exitCode = 1;
  }
  const zipped = gzipSync(code, { level: 9 }).length;
  if (EVERY_PAGE.includes(name)) together += code;
  console.log(`${name}  ${Buffer.byteLength(code)} bytes, ${zipped} gzipped`);
}
if (together) console.log(`${EVERY_PAGE.join(" and ")} as one  ${gzipSync(together, { level: 9 }).length} gzipped`);
