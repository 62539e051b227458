/** The rule of ARCHITECTURE.md: one file knows each foreign thing. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((file) =>
  /\.(ts|svelte)$/.test(file),
);
const filesWith = (pattern: RegExp) =>
  files.filter((file) => pattern.test(readFileSync(`src/${file}`, "utf8")));

it("only chat.ts knows Tauri", () => {
  expect(filesWith(/from "@tauri-apps\//)).toEqual(["chat.ts"]);
});

it("no component puts foreign text into the page as markup", () => {
  expect(
    filesWith(/\{@html|\.innerHTML|insertAdjacentHTML/).filter((f) => f !== "tree.test.ts"),
  ).toEqual([]);
});

it("no shipped file draws from the gallery", () => {
  const shipped = filesWith(/from "[./]*gallery\//).filter(
    (file) => !file.startsWith("gallery/") && !file.endsWith(".test.ts"),
  );
  expect(shipped).toEqual([]);
});

it("no style knows left from right, so that every screen can be turned around", () => {
  const sided = /(margin|padding|border)-(left|right)|^\s*(left|right):|text-align: (left|right)/m;
  const styled = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((file) =>
    /\.(svelte|css)$/.test(file),
  );
  const styleOf = (file: string) => {
    const text = readFileSync(`src/${file}`, "utf8");
    return file.endsWith(".css") ? text : (text.split("<style>")[1] ?? "");
  };
  expect(styled.filter((file) => sided.test(styleOf(file)))).toEqual([]);
});
