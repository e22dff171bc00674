// Builds the two files a page gets, into the server package, where they are committed:
//
//   loader.js   one expression, a function of the slot table; a tag embeds it as (loader)(TABLE)
//   mitate.js   loaded async by the loader
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
    minifySyntax: true, legalComments: "none",
  });
  return outputFiles[0].text;
}

async function minify(code) {
  const result = await transform(code, { minify: true, target, charset: "utf8", legalComments: "none" });
  return result.code.trim().replace(/;$/, "");
}

const built = {
  // Scope hoisting leaves one flat list of declarations, which becomes the body of one function.
  "loader.js": (await minify(`x = TABLE => {${await bundle("src/loader.ts")}}`)).replace(/^x=/, ""),
  "mitate.js": `${await minify(`(() => {${await bundle("src/mitate.ts")}})()`)};\n`,
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
  bytes += zipped;
  console.log(`${name}  ${Buffer.byteLength(code)} bytes, ${zipped} gzipped`);
}
console.log(`together  ${bytes} gzipped`);
