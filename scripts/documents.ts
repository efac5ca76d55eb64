/**
 * What pages show is what is there. A comment before a block of code names where the block comes from:
 *
 * - `region: FILE#NAME`: what lies in FILE between `#region NAME` and `#endregion`
 * - `region: FILE`: the whole file
 * - `run: FILE#NAME`: the text that the function NAME of the module FILE returns
 *
 * And the last line of a page of `docs/` leads to the pages before and behind it in the list of `docs/README.md`.
 * Run as a program it writes all that anew; a test compares.
 */
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { root } from "./run.ts";
import { commandLine } from "../packages/platform/src/node/command-line.ts";

const embed = /<!-- (region|run): ([^\s#]+)(?:#(\S+))? -->\n```(\w*)\n(.*?)```/gs;
const index = "docs/README.md";

export interface Embedded {
  /** As the comment has it. */
  readonly source: string;
  readonly shown: string;
  /** What is there; null: no such region. */
  readonly actual: string | null;
}

export function pages(): string[] {
  return globSync(["*.md", "docs/**/*.md", "packages/*/*.md", "examples/*/*.md", "template/*.md"], {
    exclude: ["**/node_modules/**"],
  });
}

export async function embeddedIn(page: string): Promise<Embedded[]> {
  const embedded: Embedded[] = [];
  for (const [, kind = "", file = "", name, , shown = ""] of readFileSync(page, "utf8").matchAll(embed)) {
    const actual = kind === "run" ? await returned(file, name ?? "") : regionOf(file, name);
    embedded.push({ source: `${kind}: ${file}${name === undefined ? "" : `#${name}`}`, shown, actual });
  }
  return embedded;
}

/** The pages of `docs/` in the order in which they are read. */
export function order(): string[] {
  const listed = [...readFileSync(index, "utf8").matchAll(/^\d+\. \[[^\]]+\]\(([\w-]+\.md)\)/gm)].map(
    ([, name = ""]) => `docs/${name}`,
  );
  return [index, ...listed];
}

/** The last line of a page: to the page before, the list, the page behind. Null for pages that are not in the list. */
export function linksOf(page: string): string | null {
  const all = order();
  const at = all.indexOf(page);
  if (at < 1) return null;
  const link = (target: string | undefined, text: (title: string) => string): string[] =>
    target === undefined || target === index ? [] : [`[${text(titleOf(target))}](${relative("docs", target)})`];
  return [
    ...link(all[at - 1], (title) => `← ${title}`),
    "[All pages](README.md)",
    ...link(all[at + 1], (title) => `${title} →`),
  ].join(" · ");
}

/** Where a link of GitHub's, Gitea's and GitLab's can lead to within a page. */
export function anchorsOf(page: string): string[] {
  const text = readFileSync(page, "utf8").replaceAll(/^```.*?^```/gms, "");
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

function titleOf(page: string): string {
  return (existsSync(page) ? /^# (.*)$/m.exec(readFileSync(page, "utf8"))?.[1] : undefined) ?? page;
}

/** The lines of a region, or of the whole file, without their common indentation, and without the marks of other regions. */
function regionOf(file: string, name: string | undefined): string | null {
  if (!existsSync(file)) return null;
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  const begin = name === undefined ? -1 : lines.findIndex((line) => line.trim() === `// #region ${name}`);
  if (begin === -1 && name !== undefined) return null;
  const length = lines.slice(begin + 1).findIndex((line) => line.trim() === "// #endregion");
  const body = lines
    .slice(begin + 1, name === undefined ? undefined : begin + 1 + length)
    .filter((line) => !/^\s*\/\/ #(end)?region/.test(line));
  const indent = Math.min(...body.filter((line) => line !== "").map((line) => line.length - line.trimStart().length));
  return `${body.map((line) => line.slice(indent)).join("\n")}\n`;
}

async function returned(file: string, name: string): Promise<string | null> {
  const module = (await import(join(root, file))) as Readonly<Record<string, (() => unknown) | undefined>>;
  const text = await module[name]?.();
  return typeof text === "string" ? `${text.trimEnd()}\n` : null;
}

async function renew(page: string): Promise<void> {
  const text = readFileSync(page, "utf8");
  const embedded = (await embeddedIn(page)).values();
  let renewed = text.replaceAll(embed, (block: string) => {
    const { shown, actual } = embedded.next().value!;
    return actual === null ? block : `${block.slice(0, block.length - shown.length - 3)}${actual}\`\`\``;
  });
  const links = linksOf(page);
  if (links !== null) renewed = `${renewed.trimEnd().replace(/\n\n---\n\n[^\n]*$/, "")}\n\n---\n\n${links}\n`;
  if (renewed !== text) writeFileSync(page, renewed);
}

if (import.meta.main) {
  commandLine({
    command: "node scripts/documents.ts",
    text: "Writes the regions of files into the pages that show them.",
    options: {},
  });
  for (const page of pages()) await renew(page);
}
