import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { KeyValueStore } from "./kinds/key-value.ts";
import type { WindowStore } from "./kinds/window.ts";
import type { WindowStoreIterator } from "./store.ts";
import type { TaskStore } from "./store-build.ts";
import { createKeyValueStore, createWindowStore, keyValueSpec, StoreFixture, windowSpec } from "./test-fixture.ts";

/*
 * The recorded contracts of Java's stores, played on ours without a topology: each input record is a command, what Java's
 * processor forwarded is the command's answer, and what went to the changelog must be in ours after the event's commit.
 */

interface Recorded {
  readonly topic: string;
  readonly key: string;
  readonly value: string | null;
  readonly ts: number;
  readonly v?: string;
}
interface StoreOption {
  readonly name: string;
  readonly type: "keyValue" | "timestampedKeyValue" | "window" | "timestampedWindow";
  readonly persistent?: boolean;
  readonly caching?: boolean;
  readonly retainDuplicates?: boolean;
}
interface Entry {
  readonly key: string;
  readonly start?: number;
  readonly value: string;
}
interface Scenario {
  readonly name: string;
  readonly topology: readonly { readonly processor?: string; readonly supplierStores?: readonly StoreOption[] }[];
  readonly inputs: readonly { readonly key: string; readonly value: string; readonly ts: number }[];
  readonly expected: {
    readonly outputs: readonly (readonly Recorded[])[];
    readonly droppedPerEvent?: readonly number[];
    readonly error?: unknown;
    readonly stores: Record<string, { readonly all: readonly Entry[]; readonly persisted?: readonly Entry[] }>;
  };
}

/** Kinds that are built; `npm run conformance` lists the scenarios of the others as pending. */
const builtKinds: ReadonlySet<string> = new Set(["keyValue", "timestampedKeyValue", "window", "timestampedWindow"]);

const file = new URL("../../../../test/data/conformance/stores.jsonl.gz", import.meta.url);
const scenarios = gunzipSync(readFileSync(file))
  .toString()
  .trim()
  .split("\n")
  .map((line) => (JSON.parse(line) as { scenario: Scenario }).scenario)
  .filter(
    ({ topology, expected }) =>
      expected.error === undefined &&
      topology.some((step) => /^(kv|window)Command$/.test(step.processor ?? "") && builtKinds.has(storeOf(step).type)),
  );

function storeOf(step: Scenario["topology"][number]): StoreOption {
  return step.supplierStores![0]!;
}

type Answer = string | null;

class Player {
  readonly fixture: StoreFixture = new StoreFixture(10 << 20);
  readonly store: (KeyValueStore<string, string> | WindowStore<string, string>) & TaskStore;
  readonly #timestamped: boolean;

  constructor(option: StoreOption) {
    const common = { name: option.name, persistent: option.persistent ?? false, caching: option.caching ?? false };
    this.#timestamped = option.type.startsWith("timestamped");
    this.store =
      option.type === "window" || option.type === "timestampedWindow"
        ? createWindowStore(
            windowSpec({ ...common, kind: option.type, retainDuplicates: option.retainDuplicates ?? false }),
            this.fixture.build,
          )
        : createKeyValueStore(keyValueSpec({ ...common, kind: option.type }), this.fixture.build);
  }

  /** undefined: a command that stores do not have yet. */
  play(key: string, command: string, ts: number): Answer | undefined {
    this.fixture.at(ts);
    const [name, ...parts] = command.split(":") as [string, ...string[]];
    return this.store.spec.kind.toLowerCase().endsWith("window")
      ? this.#window(key, name, parts, ts)
      : this.#keyValue(key, name, parts, ts);
  }

  #keyValue(key: string, name: string, parts: string[], ts: number): Answer | undefined {
    const store = this.store as KeyValueStore<string, string>;
    const [a, b] = parts.map((part) => (part === "-" ? null : part)) as [string | null, string | null];
    switch (name) {
      case "put":
        store.put(key, a, ts);
        return "ok";
      case "putNull":
        store.put(key, null, ts);
        return "ok";
      case "get":
        return this.#got(store.get(key));
      case "putIfAbsent":
      case "delete": {
        const value = store.get(key);
        const answer = this.#got(value);
        if (name === "delete" || value === null) store.put(key, name === "delete" ? null : a, ts);
        return answer;
      }
      case "putAll":
        for (const pair of a!.split(",")) store.put(pair.split("=")[0]!, pair.split("=")[1]!, ts);
        return "ok";
      case "all":
      case "reverseAll":
        return this.#listed(store.all(name !== "all"));
      case "range":
      case "reverseRange":
        return this.#listed(store.range(a, b, name !== "range"));
      default:
        return undefined;
    }
  }

  #window(key: string, name: string, parts: string[], ts: number): Answer | undefined {
    const store = this.store as WindowStore<string, string>;
    const [a, b, c, d] = parts.map((part) => (part === "-" ? null : part)) as [string, string, string, string];
    const reverse = name.startsWith("backward");
    switch (name) {
      case "put":
        store.put(key, ts, a, ts);
        return "ok";
      case "putAt":
        store.put(key, Number(b), a, ts);
        return "ok";
      case "putNull":
        store.put(key, Number(a), null, ts);
        return "ok";
      case "fetchOne":
        return this.#got(store.get(key, Number(a)));
      case "fetch":
      case "backwardFetch":
        return this.#listed(store.fetch(key, Number(a), Number(b), reverse), false);
      case "fetchKeys":
      case "backwardFetchKeys":
        return this.#listed(store.fetchKeys(a, b, Number(c), Number(d), reverse), true);
      case "fetchAll":
      case "backwardFetchAll":
        return this.#listed(store.fetchAll(Number(a), Number(b), reverse), true);
      case "all":
      case "backwardAll":
        return this.#listed(store.all(reverse), true);
      default:
        return undefined;
    }
  }

  #got(value: string | null): string {
    return value === null ? "null" : this.#shown(value, this.store.timestampMs);
  }

  #shown(value: string, timestampMs: number): string {
    return this.#timestamped ? `${value}@${timestampMs}` : value;
  }

  /** `windowed`: with the whole windowed key, else with its start, or with the key of a store without windows. */
  #listed(
    iterator: { next(): boolean; readonly key: string; readonly value: string; readonly timestampMs: number },
    windowed?: boolean,
  ): string {
    const texts: string[] = [];
    while (iterator.next()) {
      const start = (iterator as WindowStoreIterator<string, string>).windowStartMs;
      const key = windowed === undefined ? iterator.key : windowed ? `[${iterator.key}@${start}/${start + 10}]` : String(start);
      texts.push(`${key}=${this.#shown(iterator.value, iterator.timestampMs)}`);
    }
    return texts.join(",");
  }
}

test("there are scenarios to play", () => {
  expect(scenarios.map((scenario) => scenario.name).length).toBeGreaterThanOrEqual(12);
});

describe.each(scenarios.map((scenario) => [scenario.name, scenario] as const))("%s", (_name, scenario) => {
  const option = storeOf(scenario.topology.find((step) => step.processor?.endsWith("Command") === true)!);

  test("answers, changelog, drops and content are Java's", () => {
    const player = new Player(option);
    const { fixture, store } = player;
    scenario.inputs.forEach(({ key, value, ts }, event) => {
      const logged = fixture.changelog.records.length;
      const dropped = fixture.dropped;
      const answer = player.play(key, value, ts);
      store.flush();
      const outputs = scenario.expected.outputs[event]!;
      const label = `event ${event}: ${key} ${value}`;
      if (answer !== undefined) expect(answer, label).toBe(outputs.find((record) => record.topic === "out")!.v);
      const changes = fixture.changelog.records.slice(logged).map((record) => ({
        key: record.key.toString("hex"),
        value: record.value?.toString("hex") ?? null,
        ts: record.timestampMs,
      }));
      expect(changes, label).toEqual(
        outputs
          .filter((record) => record.topic !== "out")
          .map((record) => ({ key: record.key, value: record.value, ts: record.ts })),
      );
      expect(fixture.dropped - dropped, label).toBe(scenario.expected.droppedPerEvent?.[event] ?? 0);
    });
    const content = scenario.expected.stores[option.name]!;
    expect(store.entries().map(shown)).toEqual(content.all.map(({ key, start, value }) => `${key}@${start ?? NaN}=${value}`));
    expect(store.persistedEntries().map(shown)).toEqual(
      (content.persisted ?? content.all).map(({ key, start, value }) => `${key}@${start ?? NaN}=${value}`),
    );
  });

  test("what is restored from the changelog is what was persisted", () => {
    const player = new Player(option);
    for (const { key, value, ts } of scenario.inputs) player.play(key, value, ts);
    player.store.flush();
    const restored = new Player(option);
    restored.store.restore(player.fixture.changelog.reader(), Number.MAX_SAFE_INTEGER);
    expect(restored.store.entries().map(shown)).toEqual(player.store.persistedEntries().map(shown));
  });
});

function shown({ key, windowStartMs, value }: { key: Buffer; windowStartMs: number; value: Buffer }): string {
  return `${key.toString("hex")}@${windowStartMs}=${value.toString("hex")}`;
}
