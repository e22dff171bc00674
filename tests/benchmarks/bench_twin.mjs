// Sizes of evaluators as one bundle each, and the CPU time of one decision. Reads JSON from the standard input: the
// modules' places, the rules in each dialect, visitors, rounds; writes JSON. All in one process, rounds interleaved.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";

const { root, builds, document, rules, loose, visitors, rounds } = JSON.parse(readFileSync(0, "utf8"));
const require = createRequire(pathToFileURL(`${root}/package.json`));
const { build } = require("esbuild");

const bundles = {
  ...Object.fromEntries(Object.entries(builds).map(
    ([name, file]) => [name, `import * as all from ${JSON.stringify(file)}; x = all.${name.endsWith("page") ? "evaluate" : "load"}`])),
  "json-logic-js": 'import all from "json-logic-js"; x = all',
  "json-logic-engine": 'import { LogicEngine } from "json-logic-engine"; x = LogicEngine',
};
const sizes = {};
for (const [name, contents] of Object.entries(bundles)) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root }, bundle: true, write: false, minify: true, format: "iife",
    target: "es2019", charset: "utf8", legalComments: "none",
  });
  sizes[name] = [outputFiles[0].contents.length, gzipSync(outputFiles[0].contents, { level: 9 }).length];
}

const edge = await import(pathToFileURL(builds["rules, the edge"]));
const official = await import(pathToFileURL(builds["rules, jsonlogic"]));
const jsonLogic = require("json-logic-js");
const { LogicEngine } = require("json-logic-engine");
const engine = new LogicEngine();

const flat = visitors.map((visitor) => {
  const facts = new Map();
  const nested = (value) => value && typeof value == "object" && !Array.isArray(value);
  const walk = (prefix, value) => Object.entries(value).forEach(([key, inner]) =>
    nested(inner) ? walk(`${prefix}${key}.`, inner) : facts.set(prefix + key, inner));
  walk("", visitor);
  return (name) => facts.get(name);
});
const ids = Object.keys(rules);
const matches = (holds) => (place) => ids.filter((id, number) => holds(number, place));
const matching = edge.loadAll(Object.entries(rules), document);
const programs = loose.map((rule) => official.load(rule));
const subjects = {
  "rules, the edge": (place) => [...matching(flat[place])].map(([id]) => id),
  "rules, jsonlogic": matches((number, place) => programs[number](visitors[place])),
  "json-logic-engine run()": matches((number, place) => engine.run(loose[number], visitors[place])),
  "json-logic-js": matches((number, place) => jsonLogic.apply(loose[number], visitors[place])),
};
const answers = Object.values(subjects).map((subject) => JSON.stringify(visitors.map((_, place) => subject(place))));
const taken = Object.fromEntries(Object.keys(subjects).map((name) => [name, []]));
for (let round = 0; round < rounds; round++) {
  for (const [name, subject] of Object.entries(subjects)) {
    const start = process.cpuUsage();
    for (let place = 0; place < visitors.length; place++) subject(place);
    const { user, system } = process.cpuUsage(start);
    taken[name].push((user + system) / visitors.length);
  }
}
const median = (all) => all.sort((a, b) => a - b)[all.length >> 1];
process.stdout.write(JSON.stringify({
  sizes, alike: new Set(answers).size == 1, matched: JSON.parse(answers[0]).flat().length,
  times: Object.fromEntries(Object.entries(taken).map(([name, all]) => [name, median(all)])),
}));
