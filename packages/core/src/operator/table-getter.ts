import type { StoredTable } from "../store/store.ts";
import type { OperatorBuild } from "./operator-spec.ts";

/** Looks up a table's current value. `timestampMs` is that of the value last got, NaN if it was null. */
export type TableGetter<K = unknown, V = unknown> = StoredTable<K, V>;

/**
 * Look-up of a table's values: from its own store, or computed from the store of a table upstream (Java's
 * KTableValueGetterSupplier).
 */
export interface TableGetterSpec {
  /** The stores it reads; the node that looks up must be connected to them. */
  readonly stores: readonly string[];
  /** Makes the getter of one task. */
  create(build: OperatorBuild): TableGetter;
}

/** Getter of a table that is kept in this store, of whatever kind. */
export function storeGetter(store: string): TableGetterSpec {
  return Object.freeze<TableGetterSpec>({
    stores: Object.freeze([store]),
    create: (build): TableGetter => build.store(store).asTable(),
  });
}
