import type { Cluster } from "@millrace/broker-lite";
import { BatchHeader, RecordCursor } from "@millrace/protocol";

/** Batch of a partition's log. */
export interface LoggedBatch {
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly buffer: Buffer;
}

/** Log of a partition, as consumers see it. */
export class TestLog {
  readonly #cluster: Cluster;
  readonly #topic: string;
  readonly #partition: number;

  constructor(cluster: Cluster, topic: string, partition: number) {
    this.#cluster = cluster;
    this.#topic = topic;
    this.#partition = partition;
  }

  get batches(): readonly LoggedBatch[] {
    return batchesIn(this.#cluster.batches(this.#topic, this.#partition));
  }

  get endOffset(): number {
    return (this.batches.at(-1)?.lastOffset ?? -1) + 1;
  }

  /** Whole batches from the one that holds `offset` on, those before `endOffset`; at least one. */
  read(offset: number, bytesMax: number, endOffset: number = Infinity): Buffer {
    const chosen: Buffer[] = [];
    let bytes = 0;
    for (const { baseOffset, lastOffset, buffer } of this.batches) {
      if (lastOffset < offset) continue;
      if (baseOffset >= endOffset || (chosen.length > 0 && bytes + buffer.length > bytesMax)) break;
      chosen.push(buffer);
      bytes += buffer.length;
    }
    return Buffer.concat(chosen);
  }

  /** The values of all records, as text. */
  values(): string[] {
    return this.batches.flatMap(({ buffer }) => recordValues(buffer));
  }
}

/** A topic of a test's cluster. */
export class TestTopic {
  readonly name: string;
  readonly partitions: readonly { readonly log: TestLog; readonly leaderId: number }[];
  readonly #cluster: Cluster;

  constructor(cluster: Cluster, name: string, partitionCount: number) {
    this.name = name;
    this.#cluster = cluster;
    this.partitions = Array.from({ length: partitionCount }, (_, partition) => ({
      log: new TestLog(cluster, name, partition),
      get leaderId(): number {
        return cluster.leader(name, partition).nodeId;
      },
    }));
  }

  get topicId(): string {
    return this.#cluster.topicId(this.name);
  }
}

/** The batches that some bytes hold one after the other. */
export function batchesIn(bytes: Buffer): LoggedBatch[] {
  const header = new BatchHeader();
  const batches: LoggedBatch[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = header.open(bytes, at);
    batches.push({ baseOffset: header.baseOffset, lastOffset: header.lastOffset, buffer: bytes.subarray(at, end) });
    at = end;
  }
  return batches;
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
