import type { RecordCursor } from "@millrace/protocol";
import { noHeaders, type Headers } from "../record/record-context.ts";
import { NotReadyError } from "../serde/errors.ts";
import type { Serde } from "../serde/serde.ts";
import type { ChangelogRecords } from "../store/store-build.ts";
import type { UnreadableBatchError } from "./errors.ts";
import type { ConsumedRecord, TimestampExtractor } from "../topology/topology.ts";

/** Settings with which a source reads the records of one partition. */
export interface SourceReading {
  readonly topic: string;
  readonly partition: number;
  readonly keySerde: Serde<unknown>;
  readonly valueSerde: Serde<unknown>;
  /** null: the record's own time. */
  readonly extractor: TimestampExtractor | null;
  /** Asks the handler whether to go on behind a damaged batch with a known end. */
  goesBehind(unreadable: UnreadableBatchError): boolean;
}

/**
 * The records of a source topic as processing had them, for the restoration of a table that has no other changelog: without those that
 * its serdes cannot read or that get no time, and with the times that the extractor gives. Nobody is asked what to do about an error of
 * a record, and nothing is counted: that was done when the record was processed. An unreadable batch asks again: it may have been
 * damaged since then.
 *
 * `next` throws the `NotReadyError` of a serde that must look something up first. Then the whole batch is opened again later.
 */
export class ProcessedRecords implements ChangelogRecords {
  readonly #reading: SourceReading;
  readonly #view: { -readonly [Field in keyof ConsumedRecord]: ConsumedRecord[Field] };
  #cursor: RecordCursor | null = null;
  /** Records below are not the topic's any more. */
  #fromOffset = 0;
  #partitionTimeMs = -1;
  /** The same before the batch, which may be opened again. */
  #timeBeforeMs = -1;
  /** Record whose look-up failed for good. */
  #unreadableOffset = -1;
  /** Time that the extractor gave the record, in milliseconds since the epoch. */
  timestamp: number = Number.NaN;

  constructor(reading: SourceReading) {
    const { topic, partition } = reading;
    this.#reading = reading;
    this.#view = { topic, partition, offset: Number.NaN, timestampMs: Number.NaN, key: null, value: null, headers: noHeaders };
  }

  /** Stands before the first record of a batch. */
  open(cursor: RecordCursor, fromOffset: number): this {
    this.#cursor = cursor;
    this.#fromOffset = fromOffset;
    this.#timeBeforeMs = this.#partitionTimeMs;
    return this;
  }

  /** Tells whether processing leaves such a batch behind. A batch without a known end never is. */
  leavesBehind(unreadable: UnreadableBatchError): boolean {
    return unreadable.isFramed && this.#reading.goesBehind(unreadable);
  }

  /** Passes over a record whose look-up failed for good, when its batch is opened again. */
  giveUp(offset: number): void {
    this.#unreadableOffset = offset;
  }

  get buffer(): Buffer {
    return this.#cursor!.buffer;
  }
  get offset(): number {
    return this.#cursor!.offset;
  }
  get keyStart(): number {
    return this.#cursor!.keyStart;
  }
  get keyEnd(): number {
    return this.#cursor!.keyEnd;
  }
  get valueStart(): number {
    return this.#cursor!.valueStart;
  }
  get valueEnd(): number {
    return this.#cursor!.valueEnd;
  }

  readHeaders(): Headers {
    return headersOf(this.#cursor!);
  }

  next(): boolean {
    const cursor = this.#cursor!;
    while (cursor.next()) if (cursor.offset >= this.#fromOffset && this.#isProcessed(cursor)) return true;
    return false;
  }

  #isProcessed(cursor: RecordCursor): boolean {
    const { keySerde, valueSerde, extractor } = this.#reading;
    const { buffer, keyStart, keyEnd, valueStart, valueEnd, timestamp } = cursor;
    if (cursor.offset === this.#unreadableOffset) return false;
    try {
      const key = keyEnd === -1 ? null : keySerde.read(buffer, keyStart, keyEnd);
      const value = valueEnd === -1 ? null : valueSerde.read(buffer, valueStart, valueEnd);
      this.timestamp = extractor === null ? timestamp : this.#extract(extractor, cursor, key, value);
    } catch (error) {
      if (!(error instanceof NotReadyError)) return false;
      this.#partitionTimeMs = this.#timeBeforeMs;
      throw error;
    }
    if (typeof this.timestamp !== "number" || !(this.timestamp >= 0)) return false;
    if (this.timestamp > this.#partitionTimeMs) this.#partitionTimeMs = this.timestamp;
    return true;
  }

  #extract(extractor: TimestampExtractor, cursor: RecordCursor, key: unknown, value: unknown): number {
    const view = this.#view;
    view.offset = cursor.offset;
    view.timestampMs = cursor.timestamp;
    view.key = key;
    view.value = value;
    view.headers = headersOf(cursor);
    return extractor(view, this.#partitionTimeMs);
  }
}

function headersOf(cursor: RecordCursor): Headers {
  return cursor.headerCount === 0 ? noHeaders : cursor.readHeaders();
}
