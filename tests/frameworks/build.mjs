// Builds each framework's test pages as their users do: node build.mjs FOLDER
//
// FOLDER/NAME-MODE.js is the script of the page (MODE is development or production); FOLDER/pages.json has what the server
// rendered of each page, by framework, mode and hero.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { compile } from "svelte/compiler";
import { compileScript, parse } from "vue/compiler-sfc";
import { compilerOptions } from "./apps/vue/compiler-options.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const out = resolve(process.argv[2]);

const svelte = (ssr, dev) => ({
  name: "svelte",
  setup: ({ onLoad }) => onLoad({ filter: /\.svelte$/ }, async ({ path }) => {
    const { js, warnings } = compile(await readFile(path, "utf8"), { generate: ssr ? "server" : "client", dev, filename: path });
    if (warnings.length) throw Error(warnings.map(({ message }) => message).join());
    return { contents: js.code };
  }),
});

const vue = (ssr) => ({
  name: "vue",
  setup: ({ onLoad }) => onLoad({ filter: /\.vue$/ }, async ({ path }) => {
    const { descriptor, errors } = parse(await readFile(path, "utf8"), { filename: path, templateParseOptions: compilerOptions });
    if (errors.length) throw errors[0];
    const { content } = compileScript(descriptor, {
      id: basename(path), inlineTemplate: true, templateOptions: { ssr, ssrCssVars: [], compilerOptions },
    });
    return { contents: content };
  }),
});

const bundle = (entry, outfile, mode, ssr) => build({
  absWorkingDir: here,
  entryPoints: [entry],
  inject: ssr ? [] : ["apps/router.js"],
  outfile,
  bundle: true,
  format: "esm",
  platform: ssr ? "node" : "browser",
  // What a framework's CommonJS parts ask Node for.
  banner: ssr ? { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' } : {},
  conditions: ["svelte", mode],
  minify: mode === "production",
  jsx: "automatic",
  alias: { "mitate-react": resolve(here, "../../js-snippet/react/mitate-react.js") },
  nodePaths: [join(here, "node_modules")],
  define: {
    "process.env.NODE_ENV": JSON.stringify(mode),
    __VUE_OPTIONS_API__: "true",
    __VUE_PROD_DEVTOOLS__: "false",
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "true",
  },
  plugins: [svelte(ssr, mode === "development"), vue(ssr)],
  logLevel: "error",
});

const APPS = { react: "jsx", vue: "js", svelte: "js" };

mkdirSync(out, { recursive: true });
const pages = {};
await Promise.all(Object.entries(APPS).flatMap(([name, ending]) => ["development", "production"].map(async (mode) => {
  const server = join(out, `${name}-${mode}-server.mjs`);
  await Promise.all([
    bundle(`apps/${name}/client.${ending}`, join(out, `${name}-${mode}.js`), mode, false),
    bundle(`apps/${name}/server.${ending}`, server, mode, true),
  ]);
  pages[`${name}-${mode}`] = await (await import(pathToFileURL(server))).render();
  rmSync(server);
})));
writeFileSync(join(out, "pages.json"), JSON.stringify(pages));
