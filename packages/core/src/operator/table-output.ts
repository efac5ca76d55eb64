import type { RecordContext } from "../record/record-context.ts";
import { Windowed } from "../record/windowed.ts";
import type { KeyValueStore } from "../store/kinds/key-value.ts";
import type { WindowStore } from "../store/kinds/window.ts";
import type { ForwardListener, WindowForwardListener } from "../store/store.ts";
import type { OperatorBuild } from "./operator-spec.ts";
import type { TableOperator } from "./operator.ts";

/**
 * Forwards the updates of an operator's key-value store to its children, as changes with the update's own timestamp. The
 * operator calls `updated` after each `put`. With a cache the call does nothing: the store forwards when the update leaves
 * the cache.
 *
 * @see Java's TimestampedTupleForwarder and TimestampedCacheFlushListener
 */
export class TableOutput<K, V> implements ForwardListener<K, V> {
  readonly child: TableOperator<K, V>;
  readonly context: RecordContext;
  /** The store forwards: it has a cache. */
  readonly isCached: boolean;
  readonly sendsOldValues: boolean;
  /** The operator has to read the old value before its `put`: it is sent, and no cache knows it. */
  readonly needsOldValue: boolean;

  /** @param sendOldValues true if a descendant needs them, or the operator itself */
  constructor(build: OperatorBuild, store: KeyValueStore<K, V>, sendOldValues: boolean) {
    this.child = build.tableChild;
    this.context = build.task.context;
    this.sendsOldValues = sendOldValues;
    this.isCached = store.setListener(this, sendOldValues);
    this.needsOldValue = sendOldValues && !this.isCached;
  }

  /** Tells of what was just put. `oldValue` matters only if old values are sent. */
  updated(key: K, newValue: V | null, oldValue: V | null, timestampMs: number): void {
    if (!this.isCached) this.forward(key, newValue, this.sendsOldValues ? oldValue : null, timestampMs);
  }

  forward(key: K, newValue: V | null, oldValue: V | null, timestampMs: number): void {
    const context = this.context;
    const recordTimestampMs = context.timestampMs;
    context.timestampMs = timestampMs;
    this.child.change(key, newValue, oldValue, context);
    context.timestampMs = recordTimestampMs;
  }
}

/** The same for a window store; the only allocation is the windowed key that goes downstream. */
export class WindowedTableOutput<K, V> implements WindowForwardListener<K, V> {
  readonly child: TableOperator<Windowed<K>, V>;
  readonly context: RecordContext;
  readonly sizeMs: number;
  /** The store forwards: it has a cache. */
  readonly isCached: boolean;
  readonly sendsOldValues: boolean;

  /** @param sendOldValues true if a descendant needs them */
  constructor(build: OperatorBuild, store: WindowStore<K, V>, sizeMs: number, sendOldValues: boolean) {
    this.child = build.tableChild;
    this.context = build.task.context;
    this.sizeMs = sizeMs;
    this.sendsOldValues = sendOldValues;
    this.isCached = store.setListener(this, sendOldValues);
  }

  /** Tells of what was just put. `oldValue` matters only if old values are sent. */
  updated(key: K, windowStartMs: number, newValue: V | null, oldValue: V | null, timestampMs: number): void {
    if (!this.isCached) this.forward(key, windowStartMs, newValue, this.sendsOldValues ? oldValue : null, timestampMs);
  }

  forward(key: K, windowStartMs: number, newValue: V | null, oldValue: V | null, timestampMs: number): void {
    const context = this.context;
    const recordTimestampMs = context.timestampMs;
    context.timestampMs = timestampMs;
    this.child.change(new Windowed(key, windowStartMs, windowStartMs + this.sizeMs), newValue, oldValue, context);
    context.timestampMs = recordTimestampMs;
  }
}
