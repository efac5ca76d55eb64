import type { Optimization } from "./optimization.ts";
import type { StoreEngine } from "./options.ts";

/** Settings of `build`: those that Java's `build(props)` takes from the application's configuration. */
export interface BuildOptions {
  /**
   * Rejects a program in which the name of a store or of an internal topic is generated, and so would change with the
   * program (KIP-1111, `ensure.explicit.internal.resource.naming`). Default false.
   */
  readonly explicitNames?: boolean;
  /** Kind of the stores whose operators say nothing (`dsl.store.suppliers.class`). Default `"rocksdb"`. */
  readonly engine?: StoreEngine;
  /**
   * Rewritings of the program that spare topics or stores: all, none, or some (`topology.optimization`). An application that
   * changes them changes its topics, and needs a reset. Default `"none"`.
   */
  readonly optimization?: "all" | "none" | readonly Optimization[];
}
