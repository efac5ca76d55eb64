import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { expect, test } from "vitest";
import { embeddedIn } from "../../scripts/documents.ts";

interface Manifest {
  readonly [field: string]: unknown;
  readonly name: string;
  readonly version: string;
  readonly files: readonly string[];
  readonly exports: Readonly<Record<string, { readonly "millrace-source": string }>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}

const folders = globSync("packages/*/package.json").map((file) => dirname(file));
const licence = readFileSync("LICENSE", "utf8");
const own = new Map(folders.map((folder) => [manifestOf(folder).name, manifestOf(folder).version]));
const { engines } = manifestOf("packages/millrace");

test("there are packages to look at", () => {
  expect(folders.length).toBeGreaterThan(10);
  expect(licence).toContain("Apache License");
});

for (const folder of folders) {
  const manifest = manifestOf(folder);

  test(`${manifest.name} says whose it is, where it comes from and what it needs`, () => {
    expect(manifest).toMatchObject({
      name: folder === "packages/millrace" ? "millrace" : `@millrace/${basename(folder)}`,
      license: "Apache-2.0",
      repository: { type: "git", directory: folder },
      type: "module",
      engines,
      peerDependencies: { "@types/node": ">=22" },
    });
    for (const field of ["description", "homepage", "bugs", "keywords"]) expect(manifest[field], field).toBeTruthy();
    expect(readFileSync(join(folder, "LICENSE"), "utf8")).toBe(licence);
  });

  test(`${manifest.name} has a README with how to install it and an example that runs`, async () => {
    const readme = readFileSync(join(folder, "README.md"), "utf8");
    expect(readme).toMatch(new RegExp(`^# ${manifest.name}\n`));
    expect(readme).toMatch(new RegExp(`\nnpm install (--save-dev )?${manifest.name}\n`));
    expect((await embeddedIn(join(folder, "README.md"))).length).toBeGreaterThan(0);
    expect(existsSync(join(folder, "LICENSE"))).toBe(true);
  });

  test(`${manifest.name} takes its sisters in the version that they have`, () => {
    const sisters = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }).filter(([name]) => own.has(name));
    expect(sisters).toEqual(sisters.map(([name]) => [name, own.get(name)]));
  });

  test(`${manifest.name} brings Node's types where a compiler includes none by itself`, () => {
    for (const [entry, { "millrace-source": source }] of Object.entries(manifest.exports))
      expect(readFileSync(join(folder, source), "utf8"), entry).toMatch(/^\/\/\/ <reference types="node" preserve="true" \/>\n/);
  });

  test(`${manifest.name} ships its sources with the maps to them, and no tests`, () => {
    expect(manifest.files).toEqual(
      expect.arrayContaining(["dist", "src", "!dist/.tsbuildinfo", "!src/**/*.{test,test-d,bench}.ts"]),
    );
    const build = JSON.parse(readFileSync(join(folder, "tsconfig.build.json"), "utf8")) as { exclude: readonly string[] };
    const left = manifest.files.flatMap((pattern) => (pattern.startsWith("!src/") ? [pattern.slice(1)] : []));
    const inFolder = (patterns: readonly string[]): Set<string> =>
      new Set(
        patterns
          .flatMap((pattern) => globSync([pattern, `${pattern}/**/*`], { cwd: folder }))
          .filter((file) => file.endsWith(".ts")),
      );
    // What is compiled is shipped, and the other way round: a map would point at nothing, or a source at no code.
    expect([...inFolder(left)].toSorted()).toEqual([...inFolder(build.exclude)].toSorted());
  });
}
