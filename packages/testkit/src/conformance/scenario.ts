/** A scenario file, as far as the runner reads it; the format is that of the files under `test/data/conformance`. */
export interface Scenario {
  readonly name: string;
  readonly about: string;
  readonly api?: "dsl" | "papi";
  readonly config: Readonly<Record<string, string | number | boolean>>;
  readonly buildWithConfig?: boolean;
  readonly topologyConfig?: boolean;
  /** Serdes that encode inputs, string by default, and decode outputs. */
  readonly topics: Readonly<Record<string, { readonly key?: string; readonly value?: string }>>;
  readonly topology: readonly Step[];
  readonly inputs: readonly Input[];
  readonly expected: Expected;
}

/** One call of the DSL: `on` and `with` name objects, `as` the result. Other fields depend on `op`. */
export interface Step {
  readonly op: string;
  readonly on?: string;
  readonly with?: string;
  readonly as?: string;
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
export type Input = RecordInput | { readonly advanceWallClockMs: number };

/** What Java showed. Bytes are hex. */
export interface Expected {
  readonly describe?: string;
  readonly queryableStoreNames?: Readonly<Record<string, string | null>>;
  readonly subtopologies?: Readonly<Record<string, unknown>>;
  readonly outputs?: readonly (readonly ShownRecord[])[];
  readonly outputsAtClose?: readonly ShownRecord[];
  readonly effects?: readonly (readonly string[])[];
  readonly effectsAtStart?: readonly string[];
  readonly droppedPerEvent?: readonly number[];
  readonly stores?: Readonly<Record<string, ShownStore>>;
  readonly metrics?: { readonly "dropped-records-total": number };
  readonly error?: ShownError;
}

/** A record; `k` and `v` are key and value decoded, where the scenario names the topic's serdes. */
export interface ShownRecord {
  readonly topic: string;
  readonly key: string | null;
  readonly value: string | null;
  readonly ts: number | null;
  readonly headers?: readonly (readonly [name: string, value: string | null])[];
  readonly partition?: number;
  readonly k?: unknown;
  readonly v?: unknown;
  /** The serdes cannot read it. */
  readonly undecodable?: boolean;
}

export interface ShownEntry {
  readonly key: string;
  readonly value: string;
  readonly start?: number | string;
  readonly end?: number | string;
}

export interface ShownStore {
  readonly type: string;
  readonly all?: readonly ShownEntry[];
  /** Only where it is not the mirror image of `all`. */
  readonly reverseAll?: readonly ShownEntry[];
  readonly backwardAll?: readonly ShownEntry[];
  /** Below the cache; only where it differs from `all`. */
  readonly persisted?: readonly ShownEntry[];
  readonly unreadable?: string;
}

/** Java's simple class names. The message is advice and not compared. */
export interface ShownError {
  readonly phase: "build" | "start" | "internal-topics" | "event" | "close";
  readonly event?: number;
  readonly class: string;
  readonly message?: string | null;
  readonly causes?: readonly { readonly class: string; readonly message?: string | null }[];
}
