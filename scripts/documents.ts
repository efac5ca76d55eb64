/**
 * Code in documents is a region of a file: the comment `region: FILE#NAME` stands before a block that shows what lies in FILE between
 * `// #region NAME` and `// #endregion`. Run as a program it writes the blocks anew; a test compares them.
 */
import { globSync, readFileSync, writeFileSync } from "node:fs";

const embed = /<!-- region: (\S+)#(\S+) -->\n```ts\n(.*?)```/gs;

export interface Embedded {
  readonly file: string;
  readonly region: string;
  readonly shown: string;
  /** What the file has; null: no such region. */
  readonly actual: string | null;
}

export function pages(): string[] {
  return globSync(["*.md", "docs/**/*.md", "packages/*/*.md", "examples/*/*.md"], { exclude: ["node_modules/**"] });
}

export function embeddedIn(page: string): Embedded[] {
  return [...readFileSync(page, "utf8").matchAll(embed)].map(([, file = "", region = "", shown = ""]) => ({
    file,
    region,
    shown,
    actual: regionOf(file, region),
  }));
}

/** The lines of a region without their common indentation. */
function regionOf(file: string, name: string): string | null {
  const lines = readFileSync(file, "utf8").split("\n");
  const begin = lines.findIndex((line) => line.trim() === `// #region ${name}`);
  if (begin === -1) return null;
  const length = lines.slice(begin + 1).findIndex((line) => line.trim() === "// #endregion");
  const body = lines.slice(begin + 1, begin + 1 + length);
  const indent = Math.min(...body.filter((line) => line !== "").map((line) => line.length - line.trimStart().length));
  return `${body.map((line) => line.slice(indent)).join("\n")}\n`;
}

if (import.meta.main) {
  for (const page of pages()) {
    const text = readFileSync(page, "utf8");
    const renewed = text.replaceAll(embed, (block, file: string, region: string, shown: string) => {
      const actual = regionOf(file, region);
      return actual === null ? block : block.replace(`\`\`\`ts\n${shown}\`\`\``, () => `\`\`\`ts\n${actual}\`\`\``);
    });
    if (renewed !== text) writeFileSync(page, renewed);
  }
}
