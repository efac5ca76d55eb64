import { BatchHeader, ErrorCode, RecordCursor, sequenceAfter } from "@millrace/protocol";

interface StoredBatch {
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly buffer: Buffer;
}

interface ProducerState {
  epoch: number;
  lastSequence: number;
  /** The last five batches, by which duplicates are known. */
  readonly recent: { readonly first: number; readonly last: number; readonly baseOffset: number }[];
}

const recentMax = 5;

/** One partition's log, with Kafka's rules for idempotent producers (ProducerStateManager). */
export class FakeLog {
  readonly batches: StoredBatch[] = [];
  readonly #producers = new Map<number, ProducerState>();
  endOffset = 0;

  append(records: Buffer): { readonly errorCode: number; readonly baseOffset: number } {
    const header = new BatchHeader();
    header.open(records, 0);
    header.checkCrc();
    const { producerId } = header;
    if (producerId >= 0) {
      const refusal = this.#check(header);
      if (refusal !== null) return refusal;
    }
    const baseOffset = this.endOffset;
    const buffer = Buffer.from(records);
    header.open(buffer, 0);
    header.baseOffset = baseOffset;
    this.batches.push({ baseOffset, lastOffset: header.lastOffset, buffer });
    this.endOffset = header.lastOffset + 1;
    if (producerId >= 0) this.#remember(header, baseOffset);
    return { errorCode: ErrorCode.NONE, baseOffset };
  }

  /** Forgets all producers, as a broker does that lost its state. */
  forgetProducers(): void {
    this.#producers.clear();
  }

  /** Whole batches from the one that holds `offset` on, those before `endOffset`. */
  read(offset: number, bytesMax: number, endOffset: number = Infinity): Buffer {
    if (offset >= this.endOffset) return Buffer.alloc(0);
    const chosen: Buffer[] = [];
    let bytes = 0;
    for (const batch of this.batches) {
      if (batch.lastOffset < offset) continue;
      if (batch.baseOffset >= endOffset) break;
      if (chosen.length > 0 && bytes + batch.buffer.length > bytesMax) break;
      chosen.push(batch.buffer);
      bytes += batch.buffer.length;
    }
    return Buffer.concat(chosen);
  }

  /** The values of all records, as text. */
  values(): string[] {
    return this.batches.flatMap(({ buffer }) => recordValues(buffer));
  }

  #check(header: BatchHeader): { errorCode: number; baseOffset: number } | null {
    const state = this.#producers.get(header.producerId);
    if (state === undefined) return null;
    const { producerEpoch, baseSequence, lastSequence } = header;
    if (producerEpoch < state.epoch) return { errorCode: ErrorCode.INVALID_PRODUCER_EPOCH, baseOffset: -1 };
    if (producerEpoch > state.epoch) {
      return baseSequence === 0 ? null : { errorCode: ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, baseOffset: -1 };
    }
    const duplicate = state.recent.find(({ first, last }) => first === baseSequence && last === lastSequence);
    if (duplicate !== undefined) return { errorCode: ErrorCode.NONE, baseOffset: duplicate.baseOffset };
    if (baseSequence !== sequenceAfter(state.lastSequence, 1))
      return { errorCode: ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, baseOffset: -1 };
    return null;
  }

  #remember(header: BatchHeader, baseOffset: number): void {
    const { producerId, producerEpoch, baseSequence, lastSequence } = header;
    let state = this.#producers.get(producerId);
    if (state === undefined || state.epoch !== producerEpoch) {
      state = { epoch: producerEpoch, lastSequence, recent: [] };
      this.#producers.set(producerId, state);
    }
    state.lastSequence = lastSequence;
    state.recent.push({ first: baseSequence, last: lastSequence, baseOffset });
    if (state.recent.length > recentMax) state.recent.shift();
  }
}

/** The values of the records in some batches, as text. */
export function recordValues(batches: Buffer): string[] {
  const values: string[] = [];
  const cursor = new RecordCursor();
  for (let at = cursor.open(batches, 0); at >= 0; at = cursor.open(batches, at)) {
    while (cursor.next()) values.push(cursor.buffer.toString("utf8", cursor.valueStart, cursor.valueEnd));
  }
  return values;
}
