import { globSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import ts from "typescript-5.9";
import { expect, test } from "vitest";
import { entries, exportsOf, placeOf, resolved, checker, typesNamedBy, undocumentedIn } from "./public-api.ts";

/** What an entry offers: what it exports, and what an alias of it stands for. */
const offered = new Map(
  entries.map((entry) => {
    const symbols = [...exportsOf(entry).values()];
    return [entry.name, new Set([...symbols, ...symbols.flatMap(aliased)])];
  }),
);

function aliased(symbol: ts.Symbol): ts.Symbol[] {
  return (symbol.declarations ?? []).flatMap((declaration) => {
    if (!ts.isTypeAliasDeclaration(declaration) || !ts.isTypeReferenceNode(declaration.type)) return [];
    const target = checker.getSymbolAtLocation(declaration.type.typeName);
    return target === undefined ? [] : [resolved(target)];
  });
}

/** What users install themselves, with the packages that they then have anyway. */
const installed: Readonly<Record<string, readonly string[]>> = {
  millrace: ["millrace"],
  "@millrace/service": ["@millrace/service", "millrace"],
  "@millrace/testkit": ["@millrace/testkit", "millrace"],
  "@millrace/broker-lite": ["@millrace/broker-lite"],
};

test("there is an API to look at", () => {
  expect(entries.length).toBeGreaterThan(14);
  expect(offered.get("millrace")?.size).toBeGreaterThan(150);
});

test.each(Object.entries(installed))("%s exports every type that its signatures name", (name, from) => {
  const reachable = new Set(from.flatMap((each) => [...(offered.get(each) ?? [])]));
  const seen = new Set(offered.get(name));
  const waiting = [...seen];
  const missing: string[] = [];
  for (let symbol = waiting.pop(); symbol !== undefined; symbol = waiting.pop()) {
    for (const [type, at] of typesNamedBy(symbol)) {
      if (seen.has(type)) continue;
      seen.add(type);
      waiting.push(type);
      if (!reachable.has(type)) missing.push(`${type.name}, named in ${placeOf(at)}`);
    }
  }
  expect(missing).toEqual([]);
});

/** From where a user has the errors of a package: `millrace`, but for those of tools, which have entries of their own. */
const homes: readonly (readonly [folder: RegExp, entry: string])[] = [
  [/^packages\/broker-lite\//, "@millrace/broker-lite"],
  [/^packages\/service\//, "@millrace/service"],
  [/^packages\/testkit\/src\/conformance\//, "@millrace/testkit/conformance"],
  [/^packages\/testkit\/src\/cluster\//, "@millrace/testkit/cluster"],
  [/^packages\/testkit\//, "@millrace/testkit"],
  [/^packages\/platform\/src\/sim\//, "@millrace/platform/sim"],
  [/^packages\//, "millrace"],
];

test("every class of docs/errors.md is exported to where a user meets it", () => {
  const listed = new Set(
    [...readFileSync("docs/errors.md", "utf8").matchAll(/^\| `[A-Z_]+` \| (.+?) \|/gm)].flatMap(([, cell = ""]) =>
      [...cell.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name),
    ),
  );
  const missing: string[] = [];
  let looked = 0;
  for (const file of globSync("packages/*/src/**/*.ts", { exclude: ["**/*.test.ts", "**/testing/**"] })) {
    for (const [, name = ""] of readFileSync(file, "utf8").matchAll(/^export (?:abstract )?class (\w+) extends \w*Error \{/gm)) {
      if (!listed.has(name)) continue;
      looked += 1;
      const [, home = ""] = homes.find(([folder]) => folder.test(file)) ?? [];
      const found = [...(offered.get(home) ?? [])].some(
        (symbol) =>
          symbol.name === name &&
          symbol.declarations?.some((each) => relative(process.cwd(), each.getSourceFile().fileName) === file) === true,
      );
      if (!found) missing.push(`${name} (${file}) is not exported by ${home}`);
    }
  }
  expect(looked).toBeGreaterThan(70);
  expect(missing).toEqual([]);
});

test.each(entries.map((entry) => [entry.name, entry] as const))("%s says of every public name what it is", (_name, entry) => {
  expect(undocumentedIn(entry)).toEqual([]);
});
