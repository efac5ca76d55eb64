/** A scenario file, as far as the runner reads it; the format is that of the files under `test/data/conformance`. */
export interface Scenario {
  /** Name of the scenario, unique among all scenarios. */
  readonly name: string;
  /** Rule of Kafka Streams that the scenario shows, in a sentence. */
  readonly about: string;
  /** API that the steps call. `dsl`, the default: a StreamsBuilder. `papi`: an empty Topology. */
  readonly api?: "dsl" | "papi";
  /** Configuration of the application and the test driver, by Kafka's names. Defaults are Kafka's. */
  readonly config: Readonly<Record<string, string | number | boolean>>;
  /** True, the default: the topology is built with `config`, so that optimization applies. False: it is built without. */
  readonly buildWithConfig?: boolean;
  /** True: the builder itself gets `config`, as Java's `TopologyConfig`. Default false. */
  readonly topologyConfig?: boolean;
  /** Serdes that encode inputs, string by default, and decode outputs. */
  readonly topics: Readonly<Record<string, { readonly key?: string; readonly value?: string }>>;
  /** Calls that build the topology. Their order matters, since generated names count the calls. */
  readonly topology: readonly Step[];
  /** Events that the driver gets, in order. */
  readonly inputs: readonly Input[];
  /** Result that Java recorded for this scenario. */
  readonly expected: Expected;
}

/** One call of the DSL: `on` and `with` name objects, `as` the result. Other fields depend on `op`. */
export interface Step {
  /** Name of the method that the step calls, such as `mapValues`. */
  readonly op: string;
  /** Name of the object that the method is called on. */
  readonly on?: string;
  /** Name of a second object that the method takes, such as the table of a join. */
  readonly with?: string;
  /** Name under which later steps find the result. Absent: the result is not used. */
  readonly as?: string;
  /** Name of the operator, Java's `Named.as`. Absent: the name is generated. */
  readonly name?: string;
  readonly [field: string]: unknown;
}

export interface RecordInput {
  readonly topic: string;
  readonly key?: unknown;
  readonly value?: unknown;
  readonly keyHex?: string;
  readonly valueHex?: string;
  readonly ts: number;
  readonly headers?: readonly (readonly [name: string, text: string | null])[];
}
/** Event of a scenario: a record to process, or a move of the wall clock by so many milliseconds. */
export type Input = RecordInput | { readonly advanceWallClockMs: number };

/**
 * Result that Java recorded, or that a run here showed. Bytes are hex. An absent field means the empty list or map, if the
 * run came so far.
 */
export interface Expected {
  /** Text of `Topology.describe()`, compared exactly. */
  readonly describe?: string;
  /** Queryable store name of each table that the steps name; null if the table has none. */
  readonly queryableStoreNames?: Readonly<Record<string, string | null>>;
  /** Source, sink, repartition and changelog topics by sub-topology id, with their partition counts and configuration. */
  readonly subtopologies?: Readonly<Record<string, unknown>>;
  /**
   * Records that each input led to, over all topics and in the order of production. The list of input i is `outputs[i]`; the
   * lists end with the input that failed.
   */
  readonly outputs?: readonly (readonly ShownRecord[])[];
  /** Records that closing the driver led to. */
  readonly outputsAtClose?: readonly ShownRecord[];
  /** Lines that `peek`, `foreach` and `print` wrote, for each input. Absent if there are none at all. */
  readonly effects?: readonly (readonly string[])[];
  /** Lines that were written before the first input. */
  readonly effectsAtStart?: readonly string[];
  /** Increase of `dropped-records-total`, for each input. Absent if it is always 0. */
  readonly droppedPerEvent?: readonly number[];
  /** Content of the stores by name, after the last input and before the driver is closed. Absent after an error. */
  readonly stores?: Readonly<Record<string, ShownStore>>;
  /** Metrics after the last input: the number of records dropped in total. */
  readonly metrics?: { readonly "dropped-records-total": number };
  /** Error that ended the run; nothing further ran after it. Absent if none did. */
  readonly error?: ShownError;
}

/** A record; `k` and `v` are key and value decoded, where the scenario names the topic's serdes. */
export interface ShownRecord {
  /** Topic that the record was written to. */
  readonly topic: string;
  /** Bytes of the key in hex; null if the record has none. */
  readonly key: string | null;
  /** Bytes of the value in hex; null if the record has none. */
  readonly value: string | null;
  /** Timestamp in milliseconds; null if the writer gave none, as for the changelog of a buffer. */
  readonly ts: number | null;
  /** Headers in order, with values in hex. Absent if there are none. */
  readonly headers?: readonly (readonly [name: string, value: string | null])[];
  /** Partition that the writer chose. Absent if it chose none. */
  readonly partition?: number;
  /** Key decoded by the serde that the scenario names for the topic. */
  readonly k?: unknown;
  /** Value decoded by the serde that the scenario names for the topic. */
  readonly v?: unknown;
  /** The serdes cannot read it. */
  readonly undecodable?: boolean;
}

/** Entry of a store, in bytes. */
export interface ShownEntry {
  /** Bytes of the key in hex. */
  readonly key: string;
  /** Bytes of the value in hex as the store holds them, with any timestamp in front. */
  readonly value: string;
  /** Start of the entry's window in milliseconds, inclusive; a text if a number cannot hold it. Absent in a key-value store. */
  readonly start?: number | string;
  /** End of the entry's window in milliseconds, exclusive; a text if a number cannot hold it. Absent in a key-value store. */
  readonly end?: number | string;
}

/** Content of a store at the end of a run. */
export interface ShownStore {
  /** Kind of the store: `keyValue`, `window` and so on; `notCreated` if it was declared but no operator uses it. */
  readonly type: string;
  /** Entries in the order in which the store's own `all()` yields them, cached ones included. */
  readonly all?: readonly ShownEntry[];
  /** Only where it is not the mirror image of `all`. */
  readonly reverseAll?: readonly ShownEntry[];
  /** Entries of a window store in reverse order, only if this is not the mirror image of `all`. */
  readonly backwardAll?: readonly ShownEntry[];
  /** Below the cache; only where it differs from `all`. */
  readonly persisted?: readonly ShownEntry[];
  /** Reason for which Java cannot read the store. Absent if it can. */
  readonly unreadable?: string;
}

/** Java's simple class names. The message is advice and not compared. */
export interface ShownError {
  /** Phase in which the run failed: while the topology was built, when the driver started, at an input, and so on. */
  readonly phase: "build" | "start" | "internal-topics" | "event" | "close";
  /** Index of the input that failed, from 0. Absent outside the phase `event`. */
  readonly event?: number;
  /** Simple name of the Java exception. */
  readonly class: string;
  /** Message of the exception. It is not compared. */
  readonly message?: string | null;
  /** Causes of the exception, outermost first. Only the class of the first one is compared. */
  readonly causes?: readonly { readonly class: string; readonly message?: string | null }[];
}
