// Answers vectors with a build of the JavaScript twin. Reads lines of JSON: first {"build": URL, "document": …}, then
// each {"rule": …, "contexts": [...]}; writes for each {"answers": [...]} or {"error": its code, "message": …}.
import { createInterface } from "node:readline";

const lines = createInterface({ input: process.stdin });
const withheld = (value) => value?.withheld === true;
let module, document, out = [];

const reading = (context) => {
  const facts = new Map(Object.entries(context).map(([name, value]) => [name, withheld(value) ? module.WITHHELD : value]));
  return (name) => facts.get(name);
};

const KNOWN = /^live\.(scroll|seconds|idle|exit_intent|rage_click|form_abandoned|(visible|clicked|event)\..+)$/;
const known = (name) => {
  if (!KNOWN.test(name)) throw Object.assign(Error(name), { code: "unknown-fact" });
};

const answer = ({ rule, contexts, data }) => {
  let run;
  try {
    run = module.load(rule, document);
  } catch (error) {
    return { error: error.code ?? error.name, message: error.message };
  }
  try {
    if (data) return { answers: data.map((one) => run(one)) };
  } catch (error) {
    return { error: error.name, message: error.message };
  }
  return { answers: contexts.map((context) => {
    try {
      const found = run(reading(context));
      return found === module.WITHHELD ? "withheld" : found;
    } catch (error) {
      return `threw ${error}`;
    }
  }) };
};

for await (const line of lines) {
  const said = JSON.parse(line);
  if (said.build) {
    module = await import(said.build);
    const peer = module.default; // json-logic-js: one function of the rule and the data
    if (peer) module = { load: (rule) => (data) => peer.apply(rule, data) };
    const { evaluate } = module; // the page's: a rule is loaded by evaluating all of it once
    if (evaluate) module = { load: (rule) => (evaluate(rule, known), (read) => !!evaluate(rule, read)) };
    document = said.document ?? undefined;
  } else out.push(JSON.stringify(answer(said)));
}
process.stdout.write(out.join("\n") + "\n");
