import { globSync, readFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { expect, test } from "vitest";

/**
 * Folders that the files of a folder may import, package by package: a line for each folder, in the order in which data meets
 * them. A folder that has no line belongs to the one that it lies in. Files of a folder and of the folders within it may import
 * each other in any case, so that files that lie in `src` itself are known to all and know all; circles of files are the linter's
 * business (`import/no-cycle`).
 */
const allowed: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  platform: {
    node: [],
    sim: ["node"],
    conformance: [],
  },
  protocol: {
    bytes: [],
    hash: [],
    errors: [],
    compression: ["hash"],
    batch: ["bytes", "hash", "compression"],
    messages: ["bytes"],
  },
  client: {
    sasl: [],
    connection: ["sasl"],
    cluster: ["connection"],
    fetcher: ["cluster"],
    producer: ["connection", "cluster"],
    group: ["connection", "cluster"],
    admin: ["cluster", "group"],
    testing: ["connection", "group"],
  },
  "broker-lite": {
    config: [],
    placement: [],
    journal: [],
    log: ["config"],
    topic: ["config", "journal", "log"],
    coordinator: ["config", "placement", "journal", "topic"],
    state: ["config", "journal", "log", "topic", "coordinator"],
    handlers: ["config", "placement", "log", "topic", "coordinator"],
    server: ["config", "handlers"],
    node: ["config", "placement", "coordinator", "state", "handlers", "server"],
    cluster: ["config", "placement", "topic", "coordinator", "state", "server", "node"],
    testing: ["cluster"],
  },
  core: {
    record: [],
    serde: ["record"],
    store: ["record", "serde"],
    operator: ["record", "serde", "store"],
    topology: ["record", "serde", "store", "operator"],
    task: ["record", "serde", "store", "operator", "topology"],
  },
  dsl: {
    checks: [],
    graph: [],
    stream: ["checks", "graph"],
  },
  runtime: {
    settings: [],
    membership: ["settings"],
    commit: ["settings", "membership", "thread"],
    state: ["settings", "commit", "tasks", "thread"],
    tasks: ["commit", "state", "thread"],
    thread: ["settings", "membership", "commit", "state", "tasks"],
  },
  service: {
    node: [],
  },
  testkit: {
    driver: [],
    cluster: [],
    conformance: ["driver"],
  },
};

/** Folders that know each other, by package. There may only be fewer. */
const together: Readonly<Record<string, readonly string[]>> = {
  runtime: ["commit", "state", "tasks", "thread"],
};

interface Arrow {
  readonly file: string;
  readonly packageName: string;
  readonly from: string;
  readonly to: string;
}

const imports = /(?:^|\n)\s*(?:import|export)\s[^;]*?from\s+"(\.[^"]+)"|import\("(\.[^"]+)"\)/g;
const notShipped = /\.(test|bench|test-d)\.ts$|(^|\/)test-[^/]*\.ts$|-fixture\.ts$|-suite\.ts$|\/test-data\//;

function slashed(path: string): string {
  return path.split(sep).join("/");
}

/** Folder of a package that a file belongs to; empty: it lies in `src` itself. */
function folderOf(packageName: string, file: string): string {
  const folder = slashed(dirname(file)).replace(/^packages\/[^/]+\/src\/?/, "");
  const listed = Object.keys(allowed[packageName] ?? {}).filter((one) => folder === one || folder.startsWith(`${one}/`));
  return listed.toSorted((a, b) => b.length - a.length)[0] ?? folder;
}

const arrows = globSync("packages/*/src/**/*.ts")
  .map(slashed)
  .filter((file) => !notShipped.test(file))
  .flatMap((file): Arrow[] => {
    const packageName = file.split("/")[1] ?? "";
    return [...readFileSync(file, "utf8").matchAll(imports)].map(([, first, second]) => {
      const target = join(dirname(file), first ?? second ?? "");
      return { file, packageName, from: folderOf(packageName, file), to: folderOf(packageName, target) };
    });
  });

test("there are imports to look at", () => {
  expect(arrows.length).toBeGreaterThan(1000);
});

test("every folder of a package has its line in the table", () => {
  const unknown = new Set<string>();
  for (const { packageName, from } of arrows) {
    if (from !== "" && allowed[packageName]?.[from] === undefined) unknown.add(`${packageName}: "${from}"`);
  }
  expect([...unknown], "a new folder takes a line in the table above: what it may import").toEqual([]);
});

test("files import only from folders that theirs may know", () => {
  const wrong: string[] = [];
  for (const { file, packageName, from, to } of arrows) {
    if (isWithin(from, to) || isWithin(to, from)) continue;
    if (allowed[packageName]?.[from]?.includes(to) !== true) wrong.push(`${file} imports from ${to}`);
  }
  expect(wrong).toEqual([]);
});

test("folders know each other in one direction", () => {
  const wrong: string[] = [];
  for (const [packageName, folders] of Object.entries(allowed)) {
    for (const [from, others] of Object.entries(folders)) {
      if (together[packageName]?.includes(from) === true) continue;
      for (const to of others) if (reachableFrom(to, folders).has(from)) wrong.push(`${packageName}: ${from} and ${to}`);
    }
  }
  expect(wrong).toEqual([]);
});

/** Tells whether a folder is another or lies in it; everything lies in the folder without a name. */
function isWithin(folder: string, other: string): boolean {
  return other === "" || folder === other || folder.startsWith(`${other}/`);
}

function reachableFrom(folder: string, folders: Readonly<Record<string, readonly string[]>>): ReadonlySet<string> {
  const reached = new Set<string>();
  const waiting = [...(folders[folder] ?? [])];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (reached.has(next)) continue;
    reached.add(next);
    waiting.push(...(folders[next] ?? []));
  }
  return reached;
}
