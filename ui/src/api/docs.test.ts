/** The shapes of `wire.ts`, checked by the compiler against every example of docs/PROTOCOL.md. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";

interface Frame {
  id?: number;
  method?: string;
  params?: object;
  result?: object;
}

const document = readFileSync("../docs/PROTOCOL.md", "utf8");
const examples = [...document.matchAll(/^```json\n(.*?)^```/gms)].flatMap(([, block = ""]) =>
  block
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Frame),
);
/** Logging in is the backend's affair. */
const NOT_ASKED = ["login"];

/** A declaration for each example, which is an error where the shape is another. */
function declarations(): string[] {
  const asked = new Map<number, string>();
  return examples.flatMap(({ id, method, params, result }, index) => {
    if (method && id !== undefined) asked.set(id, method);
    if (method && id === undefined) {
      return [`export const e${index}: Events["${method}"] = ${JSON.stringify(params)};`];
    }
    const answered = result && id !== undefined ? asked.get(id) : undefined;
    if (!answered || NOT_ASKED.includes(answered)) return [];
    return [`export const r${index}: Results["${answered}"] = ${JSON.stringify(result)};`];
  });
}

it("every result and event is of the declared shape", () => {
  const lines = declarations();
  expect(lines.length).toBeGreaterThan(20);
  const name = resolve("src/api/examples-of-the-document.ts");
  const text = [`import type { Events, Results } from "./wire";`, ...lines].join("\n");
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (path) => path === name || fileExists(path);
  host.getSourceFile = (path, target) =>
    path === name ? ts.createSourceFile(path, text, target) : getSourceFile(path, target);
  const program = ts.createProgram([name], options, host);
  const found = ts.getPreEmitDiagnostics(program).map(({ start = 0, messageText }) => {
    const line = text.slice(0, start).split("\n").length - 1;
    return `${ts.flattenDiagnosticMessageText(messageText, "\n")} in ${text.split("\n")[line]}`;
  });
  expect(found).toEqual([]);
});
