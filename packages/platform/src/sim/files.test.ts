import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { File, Files } from "../index.ts";
import { Simulation } from "../sim.ts";

type Change =
  | { readonly kind: "write"; readonly position: number; readonly lengths: readonly number[] }
  | { readonly kind: "append"; readonly lengths: readonly number[] }
  | { readonly kind: "truncate"; readonly length: number };
type Step = Change | { readonly kind: "begin sync" } | { readonly kind: "await sync" };

const lengths = fc.array(fc.nat(12), { maxLength: 3 });
const fileSteps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("write" as const), position: fc.nat(40), lengths }),
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("append" as const), lengths }) },
    fc.record({ kind: fc.constant("truncate" as const), length: fc.nat(40) }),
    fc.record({ kind: fc.constant("begin sync" as const) }),
    fc.record({ kind: fc.constant("await sync" as const) }),
  ),
  { maxLength: 20 },
);

/** The file as a plain list of bytes after each byte written and each truncation: all it may be after a crash. */
class FileModel {
  readonly versions: number[][] = [[]];

  get current(): number[] {
    return this.versions.at(-1)!;
  }

  write(position: number, bytes: Uint8Array): void {
    for (const [i, byte] of bytes.entries()) {
      const next = [...this.current];
      while (next.length < position + i) next.push(0);
      next[position + i] = byte;
      this.versions.push(next);
    }
  }

  truncate(length: number): void {
    const next = this.current.slice(0, length);
    while (next.length < length) next.push(0);
    this.versions.push(next);
  }
}

function chunksOf(sizes: readonly number[], from: number): Buffer[] {
  let next = from;
  return sizes.map((size) => Buffer.from(Array.from({ length: size }, () => (next = (next % 251) + 1))));
}

function change(file: File, model: FileModel, step: Change, marker: number): void {
  if (step.kind === "truncate") {
    file.truncate(step.length);
    model.truncate(step.length);
    return;
  }
  const chunks = chunksOf(step.lengths, marker);
  const position = step.kind === "append" ? file.size() : step.position;
  file.write(chunks, position);
  model.write(position, Buffer.concat(chunks));
}

test("a crash leaves a file as it was at some byte since the last finished sync", async () => {
  const survivors = { nothing: 0, everything: 0, torn: 0 };
  await fc.assert(
    fc.asyncProperty(fc.nat(), fileSteps, async (seed, steps) => {
      const simulation = new Simulation(seed);
      const host = simulation.host("a");
      const { files } = host.platform;
      const file = files.open("log", { create: true });
      await simulation.settle(files.syncDirectory("/"));
      const model = new FileModel();
      let durable = 0;
      let syncing: { readonly done: Promise<void>; readonly version: number } | null = null;
      for (const [i, step] of steps.entries()) {
        if (step.kind === "begin sync") {
          syncing = { done: file.sync(), version: model.versions.length - 1 };
        } else if (step.kind === "await sync") {
          if (syncing === null) continue;
          await simulation.settle(syncing.done);
          durable = syncing.version;
        } else {
          change(file, model, step, i * 17);
        }
        expect([...files.readAll("log")!]).toEqual(model.current);
      }
      host.crash();
      const survived = [...host.restart().files.readAll("log")!];
      const allowed = model.versions.slice(durable);
      expect(allowed).toContainEqual(survived);
      const at = allowed.findIndex((version) => String(version) === String(survived));
      survivors[at === 0 ? "nothing" : at === allowed.length - 1 ? "everything" : "torn"] += 1;
    }),
    { numRuns: 300 },
  );
  // The property would hold for a disk that never loses anything, too.
  expect(Math.min(survivors.nothing, survivors.everything, survivors.torn)).toBeGreaterThan(5);
});

test("what survived a crash is durable from then on", async () => {
  const simulation = new Simulation("durable");
  const host = simulation.host("a");
  for (let round = 0; round < 20; round += 1) {
    const { files } = host.platform;
    const file = files.open("log", { create: true });
    file.write([Buffer.alloc(100, round + 1)], file.size());
    host.crash();
    const survived = host.restart().files.readAll("log");
    host.crash();
    expect(host.restart().files.readAll("log")).toEqual(survived);
  }
  await simulation.run(() => true);
});

test("a killed program leaves its files as they are, a later crash still takes what was not synced", () => {
  const kept = new Set<number>();
  for (let seed = 0; seed < 20; seed += 1) {
    const host = new Simulation(seed).host("a");
    host.platform.files.open("log", { create: true }).write([Buffer.alloc(1000, 1)], 0);
    host.kill();
    expect(host.restart().files.readAll("log")).toHaveLength(1000);
    host.crash();
    kept.add(host.restart().files.readAll("log")?.length ?? -1);
  }
  expect(kept.has(-1)).toBe(true);
  expect(kept.size).toBeGreaterThan(2);
});

type NameStep =
  | { readonly kind: "create" | "remove"; readonly name: string }
  | { readonly kind: "rename"; readonly name: string; readonly to: string }
  | { readonly kind: "sync"; readonly directory: string };

const names = fc.constantFrom("/x/1", "/x/2", "/x/3", "/y/1", "/y/2", "/y/3");
const nameSteps: fc.Arbitrary<NameStep[]> = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("create" as const), name: names }) },
    fc.record({ kind: fc.constant("remove" as const), name: names }),
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("rename" as const), name: names, to: names }) },
    fc.record({ kind: fc.constant("sync" as const), directory: fc.constantFrom("/x", "/y") }),
  ),
  { maxLength: 20 },
);

/** Each name with the number of the file it leads to. */
type Names = ReadonlyMap<string, number>;

function tree(files: Files): Names {
  const found = new Map<string, number>();
  for (const directory of ["/x", "/y"]) {
    for (const name of files.list(directory)) {
      found.set(`${directory}/${name}`, files.readAll(`${directory}/${name}`)!.readUInt32LE(0));
    }
  }
  return found;
}

async function createFile(simulation: Simulation, files: Files, name: string, id: number): Promise<void> {
  const file = files.open(name, { create: true });
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(id);
  file.write([bytes], 0);
  await simulation.settle(file.sync());
  file.close();
}

/** The names below a directory with their files, as text. */
function namesIn(directory: string, all: Names): string {
  const lines = [...all].map(([name, id]) => `${name}: ${String(id)}`);
  return lines
    .filter((line) => line.startsWith(directory))
    .sort()
    .join(", ");
}

test("a crash leaves each directory as it was after some operation since its last finished sync", async () => {
  let losses = 0;
  await fc.assert(
    fc.asyncProperty(fc.nat(), nameSteps, async (seed, steps) => {
      const simulation = new Simulation(seed);
      const host = simulation.host("a");
      const { files } = host.platform;
      for (const directory of ["/x", "/y"]) files.makeDirectory(directory);
      await simulation.settle(files.syncDirectory("/"));
      const versions: Names[] = [new Map()];
      const durable: Record<string, number> = { "/x": 0, "/y": 0 };
      for (const [id, step] of steps.entries()) {
        const before = versions.at(-1)!;
        if (step.kind === "create" && !before.has(step.name)) await createFile(simulation, files, step.name, id);
        else if (step.kind === "remove") files.remove(step.name);
        else if (step.kind === "rename" && before.has(step.name)) files.rename(step.name, step.to);
        else if (step.kind === "sync") {
          await simulation.settle(files.syncDirectory(step.directory));
          durable[step.directory] = versions.length - 1;
        }
        versions.push(tree(files));
      }
      host.crash();
      const survived = tree(host.restart().files);
      for (const directory of ["/x", "/y"]) {
        const allowed = versions.slice(durable[directory]).map((version) => namesIn(directory, version));
        expect(allowed).toContain(namesIn(directory, survived));
      }
      if (namesIn("/", survived) !== namesIn("/", versions.at(-1)!)) losses += 1;
    }),
    { numRuns: 300 },
  );
  expect(losses).toBeGreaterThan(20);
});

test("a rename between directories never loses the file, and never doubles it", async () => {
  const places = new Set<string>();
  for (let seed = 0; seed < 40; seed += 1) {
    const simulation = new Simulation(seed);
    const host = simulation.host("a");
    const { files } = host.platform;
    files.makeDirectory("/x");
    files.makeDirectory("/y");
    await createFile(simulation, files, "/x/1", 7);
    await simulation.settle(Promise.all([files.syncDirectory("/"), files.syncDirectory("/x")]));
    files.open("/y/2", { create: true }).close();
    files.rename("/x/1", "/y/1");
    files.rename("/y/1", "/x/3");
    host.crash();
    const survivor = host.restart().files;
    const found = ["/x/1", "/y/1", "/x/3"].filter((name) => survivor.exists(name));
    expect(found).toHaveLength(1);
    const [place = ""] = found;
    expect(survivor.readAll(place)?.readUInt32LE(0)).toBe(7);
    places.add(place);
  }
  expect(places.size).toBe(3);
});

test("a directory that its parent does not know durably takes its synced files with it", async () => {
  const outcomes = new Set<string>();
  for (let seed = 0; seed < 20; seed += 1) {
    const simulation = new Simulation(seed);
    const host = simulation.host("a");
    const { files } = host.platform;
    files.makeDirectory("/topic-0");
    await createFile(simulation, files, "/topic-0/log", 1);
    await simulation.settle(files.syncDirectory("/topic-0"));
    host.crash();
    outcomes.add(String(host.restart().files.exists("/topic-0/log")));
  }
  expect([...outcomes].sort()).toEqual(["false", "true"]);
});

test("a sync covers what was written before it began, not what follows", async () => {
  const lengthsSeen = new Set<number>();
  for (let seed = 0; seed < 40; seed += 1) {
    const simulation = new Simulation(seed);
    const host = simulation.host("a");
    const { files } = host.platform;
    const file = files.open("log", { create: true });
    file.write([Buffer.alloc(10, 1)], 0);
    const syncing = Promise.all([file.sync(), files.syncDirectory("/")]);
    file.write([Buffer.alloc(10, 2)], 10);
    await simulation.settle(syncing);
    host.crash();
    const survived = host.restart().files.readAll("log")!;
    expect(survived.length).toBeGreaterThanOrEqual(10);
    expect(survived.subarray(0, 10).equals(Buffer.alloc(10, 1))).toBe(true);
    lengthsSeen.add(survived.length);
  }
  expect(lengthsSeen.has(10)).toBe(true);
  expect(lengthsSeen.size).toBeGreaterThan(2);
});

test("a sync takes the time of a slow disk", async () => {
  const simulation = new Simulation(1);
  const host = simulation.host("a");
  host.diskLatencyMs = { min: 500, max: 700 };
  const file = host.platform.files.open("log", { create: true });
  await simulation.settle(file.sync());
  expect(simulation.elapsedMs).toBeGreaterThanOrEqual(500);
  expect(simulation.elapsedMs).toBeLessThan(701);
});

test("an overwrite may be torn, the old bytes after the new", () => {
  const contents = new Set<string>();
  for (let seed = 0; seed < 40; seed += 1) {
    const host = new Simulation(seed).host("a");
    const file = host.platform.files.open("log", { create: true });
    file.write([Buffer.from("old old old")], 0);
    host.crash();
    const { files } = host.restart();
    if (files.readAll("log")?.length !== 11) continue;
    files.open("log").write([Buffer.from("NEW NEW")], 2);
    host.crash();
    contents.add(host.restart().files.readAll("log")!.toString());
  }
  const torn = [...contents].filter((text) => text !== "old old old" && text !== "olNEW NEWld");
  expect(torn.length).toBeGreaterThan(0);
  const possible = Array.from({ length: 8 }, (_, kept) => `ol${"NEW NEW".slice(0, kept)}${"d old o".slice(kept)}ld`);
  for (const text of contents) expect(possible).toContain(text);
});

test("a sync of a directory covers what was done before it began, not what follows", async () => {
  const outcomes = new Set<string>();
  for (let seed = 0; seed < 40; seed += 1) {
    const simulation = new Simulation(seed);
    const host = simulation.host("a");
    const { files } = host.platform;
    files.open("before", { create: true }).close();
    const syncing = files.syncDirectory("/");
    files.open("after", { create: true }).close();
    await simulation.settle(syncing);
    host.crash();
    outcomes.add(host.restart().files.list("/").join(" "));
  }
  expect([...outcomes].sort()).toEqual(["after before", "before"]);
});

test("a disk that loses pages leaves each page as it was at the last sync or later, and synced ones alone", async () => {
  const pageBytes = 4096;
  const seen = new Set<string>();
  for (let seed = 0; seed < 200; seed += 1) {
    const simulation = new Simulation(seed);
    const host = simulation.host("a");
    host.diskLosesPages = true;
    const file = host.platform.files.open("log", { create: true });
    file.write([Buffer.alloc(2 * pageBytes, "s")], 0);
    await simulation.settle(Promise.all([file.sync(), host.platform.files.syncDirectory("/")]));
    file.write([Buffer.alloc(3 * pageBytes, "n")], pageBytes);
    host.crash();
    const bytes = host.restart().files.readAll("log")!;
    const pages = [0, 1, 2, 3].map((page) => bytes.subarray(page * pageBytes, (page + 1) * pageBytes).toString());
    expect(pages[0]).toBe("s".repeat(pageBytes));
    expect(pages[1]).toMatch(/^(n*s*)$/);
    for (const page of pages.slice(2)) expect(page).toMatch(/^(n*|\0*)$/);
    seen.add(
      pages
        .map((page) => page[0] ?? "-")
        .join("")
        .replaceAll("\0", "0"),
    );
  }
  // Holes, and losses at the end alone.
  for (const outcome of ["ss0n", "snnn", "ss--", "sn0n", "sn--"]) expect(seen).toContain(outcome);
});

test("a disk fails what it is told to fail: a full one takes half of a write, a broken one syncs nothing", async () => {
  const simulation = new Simulation(1);
  const host = simulation.host("a");
  const { files } = host.platform;
  const file = files.open("/a", { create: true });
  host.diskFault = (operation, path) => (operation === "write" && path === "/a" ? "ENOSPC" : null);
  expect(() => {
    file.write([Buffer.from("abc"), Buffer.from("def")], 0);
  }).toThrow(expect.objectContaining({ code: "ENOSPC", path: "/a" }));
  expect(files.readAll("/a")?.toString()).toBe("abc");
  files.open("/b", { create: true }).write([Buffer.from("b")], 0);
  host.diskFault = (operation) => (operation === "write" ? null : "EIO");
  file.write([Buffer.from("xyz")], 0);
  await expect(simulation.settle(file.sync())).rejects.toMatchObject({ code: "EIO" });
  await expect(simulation.settle(files.syncDirectory("/"))).rejects.toMatchObject({ code: "EIO" });
  for (const create of [
    () => files.open("/c", { create: true }),
    () => files.makeDirectory("/d"),
    () => files.rename("/b", "/e"),
  ])
    expect(create).toThrow(expect.objectContaining({ code: "EIO" }));
  expect(files.list("/")).toEqual(["a", "b"]);
  expect(files.open("/b", { create: true }).size()).toBe(1);
});
