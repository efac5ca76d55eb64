import { kindOf, writeInt64, type Serde, type StoreEntry, type StoreSpec, type Topology } from "@millrace/core";
import { encode } from "../driver/captured-output.ts";
import type { TopologyTestDriver } from "../driver/topology-test-driver.ts";
import type { ShownEntry, ShownStore } from "./scenario.ts";

/** Serdes of stores that name none. */
interface Defaults {
  readonly key: Serde<any> | null;
  readonly value: Serde<any> | null;
}
type AnyStore = ReturnType<TopologyTestDriver["store"]>;

/** The contents of all stores of a topology, by name, in the form of the scenarios. */
export function showStores(topology: Topology, driver: TopologyTestDriver, defaults: Defaults): Record<string, ShownStore> {
  const created = new Set(driver.storeNames);
  const specs = topology.stores.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return Object.fromEntries(
    specs.map((spec) => [
      spec.name,
      created.has(spec.name) ? showStore(driver.store(spec.name), spec, defaults) : { type: "notCreated" },
    ]),
  );
}

function showStore(store: AnyStore, spec: StoreSpec, defaults: Defaults): ShownStore {
  const { facade } = kindOf(spec);
  const all = entries(store, spec, defaults, false);
  const backward = entries(store, spec, defaults, true);
  const persisted = store.persistedEntries().map((entry) => stored(entry, spec));
  return {
    type: facade,
    all,
    ...(same(backward, all.toReversed()) ? {} : facade === "keyValue" ? { reverseAll: backward } : { backwardAll: backward }),
    ...(same(persisted, all) ? {} : { persisted }),
  };
}

/** Entries that the store's own iterators give, encoded again. */
function entries(store: AnyStore, spec: StoreSpec, defaults: Defaults, reverse: boolean): ShownEntry[] {
  const keySerde = spec.keySerde ?? defaults.key!;
  const valueSerde = spec.valueSerde ?? defaults.value!;
  const { timestamped } = kindOf(spec).format;
  const iterator = store.scanAll(reverse);
  const found: ShownEntry[] = [];
  while (iterator.next()) {
    const value = encode(iterator.value, valueSerde)!;
    found.push({
      key: encode(iterator.key, keySerde)!.toString("hex"),
      ...window(spec, iterator.windowStartMs),
      value: (timestamped ? Buffer.concat([int64Bytes(iterator.timestampMs), value]) : value).toString("hex"),
    });
  }
  return found;
}

function stored(entry: StoreEntry, spec: StoreSpec): ShownEntry {
  return {
    key: entry.key.toString("hex"),
    ...window(spec, entry.windowStartMs),
    value: entry.value.toString("hex"),
  };
}

function window(spec: StoreSpec, start: number): { start: number; end: number } | undefined {
  return Number.isNaN(start) ? undefined : { start, end: kindOf(spec).windowEndMs(spec, start) };
}

function int64Bytes(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  writeInt64(bytes, 0, value);
  return bytes;
}

function same(a: readonly ShownEntry[], b: readonly ShownEntry[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
