// Asks VS Code's JSON language service about a document: one question a line on stdin, one answer a line on stdout.
// A question is {schemas: {uri: schema}, uri, text, do: "complete" | "hover" | "validate"}; ¦ in the text is the cursor.
import { createInterface } from "node:readline";
import service from "vscode-json-languageservice";

const { getLanguageService, TextDocument } = service;

const said = (text) => (text === undefined ? "" : typeof text === "string" ? text : text.value);

async function answer({ schemas, uri, text, do: what }) {
  const editor = getLanguageService({
    workspaceContext: { resolveRelativePath: (relative, base) => new URL(relative, base).href },
    schemaRequestService: async (wanted) => {
      if (wanted in schemas) return JSON.stringify(schemas[wanted]);
      throw new Error(`no schema ${wanted}`);
    },
  });
  editor.configure({ validate: true, allowComments: false });
  const at = text.indexOf("¦");
  const document = TextDocument.create(uri, "json", 1, text.replace("¦", ""));
  const json = editor.parseJSONDocument(document);
  if (what === "validate") return (await editor.doValidation(document, json)).map((one) => one.message);
  const position = document.positionAt(at);
  if (what === "hover") {
    const hover = await editor.doHover(document, position, json);
    return hover === null ? [] : hover.contents.map(said);
  }
  const list = await editor.doComplete(document, position, json);
  return Object.fromEntries(list.items.map((one) => [one.label, said(one.documentation)]));
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await answer(JSON.parse(line))));
}
