import { noHeaders, type Headers, type RecordContext } from "../../record/record-context.ts";
import { doubles, integers } from "./columns.ts";

/** The records that last put the entries of a write set, by entry. */
export class ContextColumns {
  #topics: (string | null)[] = [];
  #partitions: Int32Array = new Int32Array(0);
  #offsets: Float64Array = new Float64Array(0);
  #timestamps: Float64Array = new Float64Array(0);
  #headers: Headers[] = [];

  keep(entry: number, context: RecordContext): void {
    this.#topics[entry] = context.topic;
    this.#partitions[entry] = context.partition;
    this.#offsets[entry] = context.offset;
    this.#timestamps[entry] = context.timestampMs;
    this.#headers[entry] = context.headers;
  }

  /** Moves the context to the record that last put the entry. */
  move(context: RecordContext, entry: number): void {
    context.topic = this.#topics[entry]!;
    context.partition = this.#partitions[entry]!;
    context.offset = this.#offsets[entry]!;
    context.timestampMs = this.#timestamps[entry]!;
    context.headers = this.#headers[entry]!;
  }

  headersOf(entry: number): Headers {
    return this.#headers[entry]!;
  }

  forget(entry: number): void {
    this.#headers[entry] = noHeaders;
  }

  grow(size: number): void {
    this.#partitions = integers(this.#partitions, size);
    this.#offsets = doubles(this.#offsets, size);
    this.#timestamps = doubles(this.#timestamps, size);
    while (this.#topics.length < size) {
      this.#topics.push(null);
      this.#headers.push(noHeaders);
    }
  }
}

/** Bytes that Java counts for headers. */
export function headerBytes(headers: Headers): number {
  let bytes = 0;
  for (const header of headers) bytes += header.key.length + (header.value === null ? 0 : header.value.length);
  return bytes;
}
