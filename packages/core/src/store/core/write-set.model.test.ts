import { writeInt64 } from "@millrace/protocol";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { noHeaders, type Headers } from "../../record/record-context.ts";
import { int64 } from "../../serde/int64.ts";
import { json } from "../../serde/json.ts";
import type { Serde } from "../../serde/serde.ts";
import { string } from "../../serde/string.ts";
import { MemoryEngine } from "../engine/memory-engine.ts";
import { RecordCache } from "./record-cache.ts";
import type { KeyValueStore } from "../kinds/key-value.ts";
import type { WindowStore } from "../kinds/window.ts";
import type { StoreBuild, StoreEntry, TaskStore } from "../store-build.ts";
import {
  createKeyValueStore,
  createWindowStore,
  encoded,
  keyValueSpec,
  RecordedChangelog,
  StoreFixture,
  windowSpec,
} from "../test-fixture.ts";

/*
 * Two cached stores of one thread, the first forwarding into the second, against a plain rendering of what Java's
 * ThreadCache, NamedCache, CachingKeyValueStore and CachingWindowStore do: every log and forward, in order, with its
 * context, every value read and the bytes that are counted must be the same.
 */

interface Position {
  topic: string | null;
  offset: number;
  timestampMs: number;
  headers: Headers;
}
interface Cached {
  value: Buffer | null;
  dirty: boolean;
  size: number;
  position: Position;
}

/** Kinds of values that the write set holds in its three ways. */
const valueKinds: { readonly serde: Serde<unknown>; readonly of: (n: number) => unknown }[] = [
  { serde: int64, of: (n) => n * 1000 },
  { serde: string, of: (n) => "ü".repeat(n % 7) },
  { serde: json(), of: (n) => ({ n, list: Array.from({ length: n % 5 }, () => n) }) },
];

class JavaThreadCache {
  total = 0;
  readonly max: number;
  constructor(max: number) {
    this.max = max;
  }
}

class JavaStore {
  /** In the order of use, the eldest first. */
  readonly cache: Map<string, Cached> = new Map();
  readonly dirty: Set<string> = new Set();
  readonly engine: Map<string, Buffer> = new Map();
  bytes = 0;
  forward: ((key: string, value: Buffer | null, old: Buffer | null, timestampMs: number, position: Position) => void) | null =
    null;
  sendOldValues = false;
  readonly name: string;
  readonly #thread: JavaThreadCache;
  readonly #keyOverhead: number;
  /** Windows are not cached by reading. */
  readonly #cachesReads: boolean;
  readonly #events: string[];
  readonly #timestamped: boolean;

  constructor(name: string, thread: JavaThreadCache, windowed: boolean, timestamped: boolean, events: string[]) {
    this.name = name;
    this.#thread = thread;
    this.#keyOverhead = windowed ? 8 + 12 : 0;
    this.#cachesReads = !windowed;
    this.#events = events;
    this.#timestamped = timestamped;
  }

  get(key: string, keyBytes: number): Buffer | null {
    const cached = this.cache.get(key);
    if (cached !== undefined) {
      this.#use(key, cached);
      return cached.value;
    }
    const stored = this.engine.get(key) ?? null;
    if (stored !== null && this.#cachesReads) {
      this.#putEntry(key, keyBytes, {
        value: stored,
        dirty: false,
        size: 0,
        position: { topic: "", offset: -1, timestampMs: -1, headers: [] },
      });
    }
    return stored;
  }

  put(key: string, keyBytes: number, value: Buffer | null, position: Position): void {
    this.#putEntry(key, keyBytes, { value, dirty: true, size: 0, position });
  }

  flush(): void {
    this.#account(() => this.#flush(null, null));
  }

  #putEntry(key: string, keyBytes: number, entry: Cached): void {
    this.#account(() => {
      const { topic, headers } = entry.position;
      const headerBytes = headers.reduce((sum, header) => sum + header.key.length + (header.value?.length ?? 0), 0);
      entry.size =
        keyBytes + this.#keyOverhead + 24 + 1 + (entry.value?.length ?? 0) + 8 + 8 + 4 + (topic?.length ?? 0) + headerBytes;
      this.bytes += entry.size - (this.cache.get(key)?.size ?? 0);
      this.#use(key, entry);
      if (entry.dirty) {
        this.dirty.delete(key);
        this.dirty.add(key);
      }
    });
    while (this.#thread.total > this.#thread.max && this.cache.size > 0) this.#account(() => this.#evict());
  }

  #account(run: () => void): void {
    const before = this.bytes;
    run();
    this.#thread.total += this.bytes - before;
  }

  #use(key: string, entry: Cached): void {
    this.cache.delete(key);
    this.cache.set(key, entry);
  }

  #evict(): void {
    const [key, entry] = this.cache.entries().next().value!;
    this.bytes -= entry.size;
    this.cache.delete(key);
    if (entry.dirty) this.#flush(key, entry);
  }

  #flush(evictedKey: string | null, evicted: Cached | null): void {
    const flushed: [string, Cached][] = [];
    if (evicted !== null) {
      flushed.push([evictedKey!, evicted]);
      this.dirty.delete(evictedKey!);
    }
    const deleted: string[] = [];
    for (const key of this.dirty) {
      const entry = this.cache.get(key)!;
      flushed.push([key, entry]);
      entry.dirty = false;
      if (entry.value === null) deleted.push(key);
    }
    this.dirty.clear();
    for (const [key, entry] of flushed) this.#write(key, entry);
    for (const key of deleted) {
      this.bytes -= this.cache.get(key)!.size;
      this.cache.delete(key);
    }
  }

  #write(key: string, { value, position }: Cached): void {
    let old: Buffer | null = null;
    if (this.forward !== null) {
      if (value === null || this.sendOldValues) old = this.engine.get(key) ?? null;
      if (value === null && old === null) return;
    }
    if (value === null) this.engine.delete(key);
    else this.engine.set(key, value);
    const timestampMs = value === null || !this.#timestamped ? position.timestampMs : Number(value.readBigInt64BE());
    this.#events.push(`${this.name} log ${key} ${value === null ? null : this.plain(value).toString("hex")} @${timestampMs}`);
    this.forward?.(key, value, this.sendOldValues ? old : null, timestampMs, position);
  }

  plain(stored: Buffer): Buffer {
    return this.#timestamped ? stored.subarray(8) : stored;
  }
}

interface Setup {
  readonly windowed: boolean;
  readonly timestamped: boolean;
  readonly value: number;
  readonly sendOldValues: boolean;
  readonly listens: boolean;
  readonly cacheBytes: number;
}
type Step =
  | { readonly kind: "get" | "delete"; readonly store: 0 | 1; readonly key: number }
  | {
      readonly kind: "put";
      readonly store: 0 | 1;
      readonly key: number;
      readonly value: number;
      readonly getFirst: boolean;
      readonly headers: number;
    }
  | { readonly kind: "flush"; readonly store: 0 | 1; readonly entriesMax: number }
  | { readonly kind: "entries"; readonly store: 0 | 1 };

const setup: fc.Arbitrary<Setup> = fc.record({
  windowed: fc.boolean(),
  timestamped: fc.boolean(),
  value: fc.nat(2),
  sendOldValues: fc.boolean(),
  listens: fc.boolean(),
  cacheBytes: fc.oneof(fc.constant(1), fc.integer({ min: 60, max: 1500 })),
});
const which: fc.Arbitrary<0 | 1> = fc.constantFrom(0, 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom("get", "delete"), store: which, key: fc.nat(9) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("put" as const),
      store: which,
      key: fc.nat(9),
      value: fc.nat(20),
      getFirst: fc.boolean(),
      headers: fc.nat(2),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom("flush", "entries"),
      store: which,
      entriesMax: fc.constantFrom(1, 2, 3, Number.POSITIVE_INFINITY),
    }),
  },
) as fc.Arbitrary<Step>;

/** Ours and Java's side by side, each with the list of what it did. */
class Race {
  readonly ours: string[] = [];
  readonly java: string[] = [];
  readonly #setup: Setup;
  readonly #kind: (typeof valueKinds)[number];
  readonly #fixture = new StoreFixture(0);
  readonly #cache: RecordCache;
  readonly #thread: JavaThreadCache;
  readonly #stores: ((KeyValueStore<string> | WindowStore<string>) & TaskStore)[];
  readonly #javaStores: JavaStore[];
  readonly changelogs: RecordedChangelog[];

  constructor(chosen: Setup) {
    this.#setup = chosen;
    this.#kind = valueKinds[chosen.value]!;
    this.#cache = new RecordCache(chosen.cacheBytes);
    this.#thread = new JavaThreadCache(chosen.cacheBytes);
    this.changelogs = [new Logged("A", this.ours), new Logged("B", this.ours)];
    this.#stores = ["A", "B"].map((name, i) => this.#open(name, this.changelogs[i]!));
    this.#javaStores = ["A", "B"].map(
      (name) => new JavaStore(name, this.#thread, chosen.windowed, chosen.timestamped, this.java),
    );
    if (chosen.listens) this.#listen();
  }

  run(step: Step): void {
    if (step.kind === "flush") {
      while (!this.#stores[step.store]!.flushSome(step.entriesMax));
      this.#javaStores[step.store]!.flush();
    } else if (step.kind === "entries") {
      this.#entries(step.store);
    } else {
      this.#fixture.at(Number.isNaN(this.#fixture.context.offset) ? 5 : this.#fixture.context.timestampMs + (step.key % 3) - 1);
      this.#fixture.context.topic = ["in", "another-topic", null][step.key % 3]!;
      this.#fixture.context.headers =
        step.kind === "put" && step.headers > 0 ? [{ key: "h", value: step.headers > 1 ? Buffer.from("xyz") : null }] : noHeaders;
      if (step.kind === "get" || (step.kind === "put" && step.getFirst)) this.#get(step.store, step.key);
      if (step.kind === "put") this.#put(step.store, step.key, this.#kind.of(step.value));
      if (step.kind === "delete") this.#put(step.store, step.key, null);
    }
    for (const store of this.#stores) store.assertConsistent();
    expect(this.ours).toEqual(this.java);
    expect(this.#cache.bytes).toBe(this.#thread.total);
  }

  end(): void {
    for (const store of [0, 1]) this.run({ kind: "flush", store: store as 0 | 1, entriesMax: 2 });
    this.#stores.forEach((store, i) => {
      const persisted = shown(store.persistedEntries());
      expect(persisted).toEqual(shownMap(this.#javaStores[i]!.engine, this.#setup.windowed));
      const restored = this.#open("restored", new RecordedChangelog());
      const logged = this.changelogs[i]!;
      expect(restored.restore(logged.reader(), Number.MAX_SAFE_INTEGER)).toBe(logged.records.length);
      expect(shown(restored.entries())).toEqual(persisted);
    });
  }

  #open(name: string, changelog: RecordedChangelog): (KeyValueStore<string> | WindowStore<string>) & TaskStore {
    const { windowed, timestamped } = this.#setup;
    const engine = new MemoryEngine();
    const build: StoreBuild = { ...this.#fixture.build, cache: this.#cache, engine, space: engine.space(name, 0), changelog };
    const valueSerde = this.#kind.serde;
    return windowed
      ? createWindowStore<string>(
          windowSpec({ name, valueSerde, kind: timestamped ? "timestampedWindow" : "window", retentionMs: 1e9 }),
          build,
        )
      : createKeyValueStore<string>(
          keyValueSpec({ name, valueSerde, kind: timestamped ? "timestampedKeyValue" : "keyValue" }),
          build,
        );
  }

  /** Puts what A forwards into B under another key; B only reports. */
  #listen(): void {
    const { windowed, sendOldValues } = this.#setup;
    const [a, b] = this.#stores;
    const into = (i: number, key: string, startMs: number, value: unknown, old: unknown, timestampMs: number): void => {
      const { topic, offset, headers } = this.#fixture.context;
      const name = windowed ? `${key}@${startMs}` : key;
      this.ours.push(
        `${"AB"[i]} forward ${name} ${JSON.stringify(value)} ${JSON.stringify(old)} @${timestampMs} ${topic} ${offset} ${headers.length}`,
      );
      if (i !== 0) return;
      if (windowed) (b as WindowStore<string>).put(`${key}!`, startMs, value, timestampMs);
      else (b as KeyValueStore<string>).put(`${key}!`, value, timestampMs);
    };
    [a, b].forEach((store, i) => {
      if (windowed) {
        (store as WindowStore<string>).setListener(
          { forward: (key, start, value, old, at) => into(i, key, start, value, old, at) },
          sendOldValues,
        );
      } else {
        (store as KeyValueStore<string>).setListener(
          { forward: (key, value, old, at) => into(i, key, 0, value, old, at) },
          sendOldValues,
        );
      }
    });
    this.#javaStores.forEach((store, i) => {
      store.sendOldValues = sendOldValues;
      store.forward = (name, value, old, timestampMs, position) => {
        const decoded = [value, old].map((stored) => JSON.stringify(stored === null ? null : this.#decode(store, stored)));
        this.java.push(
          `${store.name} forward ${name} ${decoded.join(" ")} @${timestampMs} ${position.topic} ${position.offset} ${position.headers.length}`,
        );
        if (i !== 0) return;
        const [key, start] = name.split("@");
        const next = start === undefined ? `${key}!` : `${key}!@${start}`;
        // the context holds the time of the last write, not that of the value
        this.#javaStores[1]!.put(next, key!.length + 1, value, position);
      };
    });
  }

  #get(store: 0 | 1, key: number): void {
    const [name, start] = this.#named(key);
    const ours = this.#stores[store]!;
    const value = this.#setup.windowed
      ? (ours as WindowStore<string>).get(name, start)
      : (ours as KeyValueStore<string>).get(name);
    this.ours.push(`got ${JSON.stringify(value)} @${ours.timestampMs}`);
    const java = this.#javaStores[store]!;
    const stored = java.get(this.#javaKey(key), name.length);
    const timestampMs = stored === null || !this.#setup.timestamped ? Number.NaN : Number(stored.readBigInt64BE());
    this.java.push(`got ${JSON.stringify(stored === null ? null : this.#decode(java, stored))} @${timestampMs}`);
  }

  #put(store: 0 | 1, key: number, value: unknown): void {
    const [name, start] = this.#named(key);
    const timestampMs = this.#fixture.context.timestampMs + 100;
    const ours = this.#stores[store]!;
    if (this.#setup.windowed) (ours as WindowStore<string>).put(name, start, value, timestampMs);
    else (ours as KeyValueStore<string>).put(name, value, timestampMs);
    const { topic, offset, headers } = this.#fixture.context;
    const position = { topic, offset, headers, timestampMs: this.#fixture.context.timestampMs };
    this.#javaStores[store]!.put(
      this.#javaKey(key),
      name.length,
      value === null ? null : this.#encode(value, timestampMs),
      position,
    );
  }

  /** Compares a scan over both, the cache and below it the engine. */
  #entries(store: 0 | 1): void {
    const java = this.#javaStores[store]!;
    expect(shown(this.#stores[store]!.entries())).toEqual(shownMap(javaScan(java.cache, java.engine), this.#setup.windowed));
    // a scan reads all it comes to, in order
    const order = [...java.cache.keys()].sort((a, b) => (sortable(a) < sortable(b) ? -1 : 1));
    for (const key of order) java.get(key, 0);
  }

  #named(key: number): [string, number] {
    return this.#setup.windowed ? ["abc"[key % 3]!, Math.floor(key / 3) * 10] : ["k".repeat(1 + (key % 4)) + key, Number.NaN];
  }

  #javaKey(key: number): string {
    const [name, start] = this.#named(key);
    return this.#setup.windowed ? `${name}@${start}` : name;
  }

  #encode(value: unknown, timestampMs: number): Buffer {
    const plain = encoded(this.#kind.serde, value);
    return this.#setup.timestamped ? Buffer.concat([int64Of(timestampMs), plain]) : plain;
  }

  #decode(store: JavaStore, stored: Buffer): unknown {
    const plain = Buffer.from(store.plain(stored));
    return this.#kind.serde.read(plain, 0, plain.length);
  }
}

/**
 * Iterates over both as Java's `AbstractMergedSortedCacheStoreIterator` does. A delete hides an entry of the store only if
 * the store's side stands at that entry. A delete before entries that are only in the store is skipped, and the deleted entry
 * shows.
 */
function javaScan(cache: ReadonlyMap<string, Cached>, engine: ReadonlyMap<string, Buffer>): Map<string, Buffer> {
  const inOrder = ([a]: [string, unknown], [b]: [string, unknown]): number => (sortable(a) < sortable(b) ? -1 : 1);
  const cached = [...cache].sort(inOrder);
  const stored = [...engine].sort(inOrder);
  const found = new Map<string, Buffer>();
  for (;;) {
    while (cached.length > 0 && cached[0]![1].value === null) {
      if (stored[0]?.[0] === cached[0]![0]) stored.shift();
      cached.shift();
    }
    const [next, below] = [cached[0], stored[0]];
    if (next === undefined && below === undefined) return found;
    if (next === undefined || (below !== undefined && inOrder(below, next) < 0 && below[0] !== next[0])) {
      found.set(below![0], below![1]);
      stored.shift();
      continue;
    }
    if (below?.[0] === next[0]) stored.shift();
    found.set(next[0], next[1].value!);
    cached.shift();
  }
}

class Logged extends RecordedChangelog {
  readonly #store: string;
  readonly #events: string[];

  constructor(store: string, events: string[]) {
    super();
    this.#store = store;
    this.#events = events;
  }

  override append(...args: Parameters<RecordedChangelog["append"]>): void {
    super.append(...args);
    const { key, value, timestampMs } = this.records.at(-1)!;
    const windowed = key.length > 12 && key[key.length - 12] === 0;
    const name = windowed
      ? `${key.toString("latin1", 0, key.length - 12)}@${key.readBigInt64BE(key.length - 12)}`
      : key.toString();
    this.#events.push(`${this.#store} log ${name} ${value === null ? null : value.toString("hex")} @${timestampMs}`);
  }
}

function int64Of(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  writeInt64(bytes, 0, value);
  return bytes;
}

function shown(entries: readonly StoreEntry[]): string[] {
  return entries.map(
    ({ key, windowStartMs, value }) =>
      `${key.toString()}${Number.isNaN(windowStartMs) ? "" : `@${windowStartMs}`} ${value.toString("hex")}`,
  );
}

function shownMap(entries: ReadonlyMap<string, Buffer>, _windowed: boolean): string[] {
  return [...entries]
    .sort(([a], [b]) => (sortable(a) < sortable(b) ? -1 : 1))
    .map(([key, value]) => `${key} ${value.toString("hex")}`);
}

/** Key ‖ start(8) ‖ 0: the order within a segment. */
function sortable(name: string): string {
  const [key, start] = name.split("@");
  return start === undefined ? key! : `${key}${int64Of(Number(start)).toString("latin1")}`;
}

test("any sequence of reads, writes and flushes logs, forwards, evicts and counts as Java does", () => {
  fc.assert(
    fc.property(setup, fc.array(step, { maxLength: 80 }), (chosen, steps) => {
      const race = new Race(chosen);
      for (const one of steps) race.run(one);
      race.end();
    }),
    { numRuns: 400 },
  );
});
