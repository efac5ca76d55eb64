import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { expect, test } from "vitest";

/**
 * Packages that each package may import at run time, in the order data meets them. Tests and benches may import anything, and so
 * may the parts that they share in folders called `testing`, which no package ships.
 */
const allowed: Record<string, readonly string[]> = {
  platform: [],
  protocol: [],
  client: ["platform", "protocol"],
  "broker-lite": ["platform", "protocol"],
  core: ["protocol"],
  dsl: ["core", "protocol"],
  "state-rocksdb": ["core"],
  runtime: ["platform", "protocol", "client", "core"],
  service: ["platform", "core", "runtime", "state-rocksdb"],
  testkit: ["platform", "protocol", "client", "broker-lite", "core", "dsl", "runtime", "state-rocksdb"],
  millrace: ["platform", "protocol", "client", "broker-lite", "core", "dsl", "runtime", "state-rocksdb"],
};
/** The test kit's entries are narrower than the package: the driver must load no client, no broker and no native code. */
const driver = ["core", "dsl", "protocol"];

const imports = /(?:^|\n)\s*(?:import|export)\s[^;]*?from\s+"([^"]+)"|import\("([^"]+)"\)/g;
const sources = globSync("packages/*/src/**/*.ts").filter(
  (file) => !/\.(test|bench|test-d|fuzz\.test)\.ts$|\/testing\//.test(file.split(sep).join("/")),
);

function importsOf(file: string): string[] {
  return [...readFileSync(file, "utf8").matchAll(imports)].map((match) => match[1] ?? match[2] ?? "");
}

test("there are sources to look at", () => {
  expect(sources.length).toBeGreaterThan(50);
});

test("packages import only what the architecture allows, and only public entries", () => {
  const wrong: string[] = [];
  for (const file of sources) {
    const [, own = ""] = file.split(sep);
    const isDriver = own === "testkit" && !/src\/(cluster|conformance)\//.test(file.split(sep).join("/"));
    const may = isDriver ? driver : (allowed[own] ?? []);
    for (const name of importsOf(file)) {
      const target = /^@millrace\/([^/]+)(\/.*)?$/.exec(name);
      if (target !== null && !may.includes(target[1] ?? "")) wrong.push(`${file} imports ${name}`);
      if (name === "millrace") wrong.push(`${file} imports ${name}`);
      if (name.startsWith(".") && relative(join("packages", own), join(dirname(file), name)).startsWith(".."))
        wrong.push(`${file} leaves its package by ${name}`);
    }
  }
  expect(wrong).toEqual([]);
});

test("what a package ships imports nothing from its tests", () => {
  const wrong: string[] = [];
  for (const file of sources) {
    if (/-(suite|fixture)\.ts$/.test(file)) continue;
    for (const name of importsOf(file)) if (name.includes("/testing/")) wrong.push(`${file} imports ${name}`);
  }
  expect(wrong).toEqual([]);
});

test("only platform, the engine on disk, the codecs and programs touch Node's I/O modules", () => {
  const wrong: string[] = [];
  for (const file of sources) {
    const path = file.split(sep).join("/");
    if (/^packages\/(platform|service)\/src\/node\b/.test(path)) continue;
    // Pure functions: nothing random, nothing asynchronous.
    if (path === "packages/client/src/sasl/digests.ts") continue;
    if (/\/main\.ts$|\/conformance\/|^packages\/state-rocksdb\//.test(path)) continue;
    for (const name of importsOf(file)) {
      if (/^node:(fs|net|tls|dns|http|https|timers|os|child_process|worker_threads|crypto)/.test(name))
        wrong.push(`${file} imports ${name}`);
    }
  }
  expect(wrong).toEqual([]);
});

test("what is installed without development's tools has all that it imports", () => {
  const wrong: string[] = [];
  for (const manifest of globSync("{packages,examples}/*/package.json")) {
    const {
      name: own,
      dependencies,
      optionalDependencies,
    } = JSON.parse(readFileSync(manifest, "utf8")) as {
      readonly name: string;
      readonly dependencies?: Readonly<Record<string, string>>;
      readonly optionalDependencies?: Readonly<Record<string, string>>;
    };
    const installed = new Set([own, ...Object.keys({ ...dependencies, ...optionalDependencies })]);
    const program = globSync(join(dirname(manifest), "src/**/*.ts")).filter(
      (file) =>
        !/\.(test|bench|test-d|d)\.ts$|\/(testing|test-data|conformance)\/|-suite\.ts$|-fixture\.ts$/.test(
          file.split(sep).join("/"),
        ),
    );
    for (const file of program) {
      for (const name of importsOf(file)) {
        const [imported = ""] = /^(?:@[^/]+\/)?[^/]+/.exec(name) ?? [];
        if (!/^\.|^node:/.test(name) && !installed.has(imported)) wrong.push(`${file} imports ${name}`);
      }
    }
  }
  expect(wrong).toEqual([]);
});
