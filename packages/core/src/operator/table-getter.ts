import type { KeyValueStore, WindowStore } from "../store/store.ts";
import type { Windowed } from "../record/windowed.ts";
import type { OperatorBuild } from "./operator-spec.ts";

/** Looks up a table's current value. `timestampMs` is that of the value last got, NaN if it was null. */
export interface TableGetter<K = unknown, V = unknown> {
  /** Gives the key's value, or null if the table has none. */
  get(key: K): V | null;
  /** Time of the value that `get` gave last, in milliseconds since the epoch; NaN if that was null. */
  readonly timestampMs: number;
}

/** How a table is looked up: in its own store, or computed from that of a table upstream (Java's KTableValueGetterSupplier). */
export interface TableGetterSpec {
  /** The stores it reads; the node that looks up must be connected to them. */
  readonly stores: readonly string[];
  /** Makes the getter of one task. */
  create(build: OperatorBuild): TableGetter;
}

/** The table is kept in this key-value store. */
export function storeGetter(store: string): TableGetterSpec {
  return Object.freeze<TableGetterSpec>({
    stores: Object.freeze([store]),
    create: (build): KeyValueStore => build.keyValueStore(store),
  });
}

/** The table has windowed keys and is kept in this window store. */
export function windowStoreGetter(store: string): TableGetterSpec {
  return Object.freeze<TableGetterSpec>({
    stores: Object.freeze([store]),
    create: (build) => new WindowStoreGetter(build.windowStore(store)),
  });
}

class WindowStoreGetter<K, V> implements TableGetter<Windowed<K>, V> {
  readonly store: WindowStore<K, V>;

  constructor(store: WindowStore<K, V>) {
    this.store = store;
  }

  get timestampMs(): number {
    return this.store.timestampMs;
  }

  get(key: Windowed<K>): V | null {
    return this.store.get(key.key, key.start);
  }
}
