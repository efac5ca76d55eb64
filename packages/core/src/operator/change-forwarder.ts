import type { RecordContext } from "../record/record-context.ts";
import { Windowed } from "../record/windowed.ts";
import type { ForwardListener, WindowForwardListener } from "../store/store.ts";
import type { TableOperator } from "./operator.ts";

/**
 * Forwards the updates of a key-value store as changes with their own timestamp: called by the operator right after `put`
 * or, with caching, by the store when the update leaves the cache (Java's TimestampedTupleForwarder and
 * TimestampedCacheFlushListener).
 */
export class ChangeForwarder<K, V> implements ForwardListener<K, V> {
  readonly child: TableOperator<K, V>;
  readonly context: RecordContext;

  constructor(child: TableOperator<K, V>, context: RecordContext) {
    this.child = child;
    this.context = context;
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
export class WindowChangeForwarder<K, V> implements WindowForwardListener<K, V> {
  readonly child: TableOperator<Windowed<K>, V>;
  readonly context: RecordContext;
  readonly sizeMs: number;

  constructor(child: TableOperator<Windowed<K>, V>, context: RecordContext, sizeMs: number) {
    this.child = child;
    this.context = context;
    this.sizeMs = sizeMs;
  }

  forward(key: K, windowStartMs: number, newValue: V | null, oldValue: V | null, timestampMs: number): void {
    const context = this.context;
    const recordTimestampMs = context.timestampMs;
    context.timestampMs = timestampMs;
    this.child.change(new Windowed(key, windowStartMs, windowStartMs + this.sizeMs), newValue, oldValue, context);
    context.timestampMs = recordTimestampMs;
  }
}
