import { describe, expect, test } from "vitest";
import { encodeBatch, type RecordContent } from "@millrace/protocol";
import { int64 } from "../serde/int64.ts";
import { string } from "../serde/string.ts";
import type { TimestampExtractor } from "../topology/topology.ts";
import { InvalidTimestampError, SourceRecordError, TimestampExtractorError } from "./errors.ts";
import { noStream } from "./fan-out.ts";
import { continueOnError, failOnError, type ErrorHandler } from "./handlers.ts";
import { RecordQueue } from "./record-queue.ts";
import {
  failOnInvalidTimestamp,
  logAndSkipOnInvalidTimestamp,
  usePartitionTimeOnInvalidTimestamp,
} from "./timestamp-extractors.ts";

class Subject {
  readonly dropped: string[] = [];
  readonly queue: RecordQueue;

  constructor(extractor: TimestampExtractor = failOnInvalidTimestamp, handler: ErrorHandler = failOnError) {
    this.queue = new RecordQueue({
      taskId: "0_0",
      nodeName: "source",
      topic: "in",
      partition: 3,
      keySerde: string,
      valueSerde: int64,
      extractor,
      handler,
      operator: noStream,
      checkCrcs: true,
      dropsNullValues: false,
      dropped: (_record, reason) => void this.dropped.push(reason),
    });
  }

  /** Takes all records, as `key=value@offset/time`; a stand-in as `!offset`. */
  drain(): string[] {
    const taken: string[] = [];
    while (this.queue.hasHead) {
      const { headKey, headValue, headOffset, headTimestampMs, headCorrupted } = this.queue;
      taken.push(headCorrupted ? `!${headOffset}` : `${String(headKey)}=${String(headValue)}@${headOffset}/${headTimestampMs}`);
      this.queue.advance();
    }
    return taken;
  }
}

function record(offset: number, timestamp: number, value: number | null | string = 1): RecordContent {
  const bytes = Buffer.alloc(8);
  if (typeof value === "number") bytes.writeBigInt64BE(BigInt(value));
  return {
    offset,
    timestamp,
    key: Buffer.from("k"),
    value: value === null ? null : typeof value === "string" ? Buffer.from(value) : bytes,
  };
}
const unreadable = "seven b";

test("records of several batches, chunks and with gaps come in order", () => {
  const { queue } = new Subject();
  const subject = new Subject();
  subject.queue.add(
    Buffer.concat([encodeBatch({ records: [record(4, 10), record(6, 11)] }), encodeBatch({ records: [record(7, 12)] })]),
  );
  subject.queue.add(encodeBatch({ records: [record(20, 9, null)] }));
  expect(subject.queue.size).toBe(4);
  expect(subject.drain()).toEqual(["k=1@4/10", "k=1@6/11", "k=1@7/12", "k=null@20/9"]);
  expect(subject.queue.size).toBe(0);
  expect(subject.queue.position).toBe(21);
  expect(subject.queue.partitionTimeMs).toBe(12);
  expect(queue.hasHead).toBe(false);
});

test("a partial batch at the end is ignored", () => {
  const subject = new Subject();
  const next = encodeBatch({ records: [record(1, 2)] });
  subject.queue.add(Buffer.concat([encodeBatch({ records: [record(0, 1)] }), next.subarray(0, next.length - 1)]));
  expect(subject.queue.size).toBe(1);
  expect(subject.drain()).toEqual(["k=1@0/1"]);
  subject.queue.add(next);
  expect(subject.drain()).toEqual(["k=1@1/2"]);
});

test("records before the position are not ours", () => {
  const subject = new Subject();
  subject.queue.position = 2;
  subject.queue.add(encodeBatch({ records: [record(0, 1), record(1, 2), record(2, 3)] }));
  expect(subject.queue.committableOffset).toBe(2);
  expect(subject.drain()).toEqual(["k=1@2/3"]);
});

test("control batches and missing last offsets count as read", () => {
  const subject = new Subject();
  subject.queue.add(
    Buffer.concat([
      encodeBatch({ records: [record(0, 1)], lastOffset: 4 }),
      encodeBatch({
        isControl: true,
        isTransactional: true,
        producerId: 1,
        producerEpoch: 0,
        records: [{ offset: 5, timestamp: 1, key: Buffer.alloc(4), value: null }],
      }),
    ]),
  );
  expect(subject.queue.committableOffset).toBe(0);
  expect(subject.drain()).toEqual(["k=1@0/1"]);
  expect(subject.queue.size).toBe(0);
  expect(subject.queue.committableOffset).toBe(6);
});

test("with LogAppendTime the batch's time is each record's", () => {
  const subject = new Subject();
  subject.queue.add(encodeBatch({ timestampType: "LogAppendTime", maxTimestamp: 77, records: [record(0, 1), record(1, 2)] }));
  expect(subject.drain()).toEqual(["k=1@0/77", "k=1@1/77"]);
});

test("headers are copies", () => {
  const { queue } = new Subject();
  const buffer = encodeBatch({
    records: [
      {
        ...record(0, 1),
        headers: [
          { key: "h", value: Buffer.from("v") },
          { key: "h", value: null },
        ],
      },
    ],
  });
  queue.add(buffer);
  const headers = queue.headHeaders;
  buffer.fill(0);
  expect(headers).toEqual([
    { key: "h", value: Buffer.from("v") },
    { key: "h", value: null },
  ]);
});

describe("a record that cannot be read", () => {
  test("is an error with its place and the serde's error as cause", () => {
    const { queue } = new Subject();
    const add = (): void => queue.add(encodeBatch({ records: [record(5, 1, unreadable)] }));
    expect(add).toThrow(SourceRecordError);
    const error = caught(() =>
      new Subject().queue.add(encodeBatch({ records: [record(5, 1, unreadable)] })),
    ) as SourceRecordError;
    expect(error.record).toEqual({ taskId: "0_0", nodeName: "source", topic: "in", partition: 3, offset: 5, timestampMs: 1 });
    expect(error.cause).toMatchObject({ code: "STREAMS_DESERIALIZATION" });
  });

  test("is dropped on request, and the next one is the head", () => {
    const subject = new Subject(failOnInvalidTimestamp, continueOnError);
    subject.queue.add(encodeBatch({ records: [record(0, 1, unreadable), record(1, 2)] }));
    expect(subject.drain()).toEqual(["k=1@1/2"]);
    expect(subject.dropped).toEqual(["deserialization"]);
  });

  test("stands in as a head if it is the last, so that its offset is committed", () => {
    const subject = new Subject(failOnInvalidTimestamp, continueOnError);
    subject.queue.add(encodeBatch({ records: [record(0, 1), record(1, 2, unreadable), record(2, 3, unreadable)] }));
    expect(subject.drain()).toEqual(["k=1@0/1", "!2"]);
    expect(subject.queue.committableOffset).toBe(3);
    expect(subject.queue.partitionTimeMs).toBe(1);
  });
});

describe("a record's time", () => {
  test("must not be negative by default", () => {
    expect(() => new Subject().queue.add(encodeBatch({ records: [record(0, -1)] }))).toThrow(InvalidTimestampError);
  });

  test("may be negative with logAndSkip: the record is dropped", () => {
    const subject = new Subject(logAndSkipOnInvalidTimestamp);
    subject.queue.add(encodeBatch({ records: [record(0, -1), record(1, 5), record(2, -1)] }));
    expect(subject.drain()).toEqual(["k=1@1/5"]);
    expect(subject.dropped).toEqual(["invalid timestamp", "invalid timestamp"]);
    expect(subject.queue.committableOffset).toBe(3);
  });

  test("is the partition's with usePartitionTime, once there is one", () => {
    const subject = new Subject(usePartitionTimeOnInvalidTimestamp);
    subject.queue.add(encodeBatch({ records: [record(0, 8), record(1, 3), record(2, -1)] }));
    expect(subject.drain()).toEqual(["k=1@0/8", "k=1@1/3", "k=1@2/8"]);
    expect(() => new Subject(usePartitionTimeOnInvalidTimestamp).queue.add(encodeBatch({ records: [record(0, -1)] }))).toThrow(
      InvalidTimestampError,
    );
  });

  test("is taken from the decoded record by an extractor, which also sees the partition's time so far", () => {
    const seen: unknown[] = [];
    const subject = new Subject((each, partitionTimeMs) => {
      seen.push([each.topic, each.partition, each.offset, each.timestampMs, each.key, each.value, partitionTimeMs]);
      return Number(each.value);
    });
    subject.queue.add(encodeBatch({ records: [record(0, 1, 50), record(1, 2, 40)] }));
    expect(subject.drain()).toEqual(["k=50@0/50", "k=40@1/40"]);
    expect(seen).toEqual([
      ["in", 3, 0, 1, "k", 50, -1],
      ["in", 3, 1, 2, "k", 40, 50],
    ]);
  });

  test("from an extractor that throws is an error with the cause", () => {
    const cause = new TypeError("no time");
    const failing: TimestampExtractor = () => {
      throw cause;
    };
    const error = caught(() => new Subject(failing).queue.add(encodeBatch({ records: [record(0, 1)] })));
    expect(error).toBeInstanceOf(TimestampExtractorError);
    expect((error as Error).cause).toBe(cause);
  });
});

function caught(run: () => void): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("an extractor's result that is no whole number of milliseconds", () => {
  const results: Readonly<Record<string, unknown>> = {
    "a fraction": 1700000000123.5,
    "a text of digits": "1700000000123",
    "a bigint": 1700000000123n,
    "a Date": new Date(1700000000123),
    null: null,
    undefined,
    NaN: Number.NaN,
    Infinity: Number.POSITIVE_INFINITY,
    "-Infinity": Number.NEGATIVE_INFINITY,
    "2^63": 2 ** 63,
    "-(2^60)": -(2 ** 60),
    true: true,
  };
  test.each(Object.entries(results))("is an error at its record: %s", (_name, result) => {
    const subject = new Subject((() => result) as never);
    expect(() => subject.queue.add(encodeBatch({ records: [record(7, 1)] }))).toThrow(
      expect.objectContaining({
        code: "STREAMS_TIMESTAMP_EXTRACTOR_FAILED",
        record: { taskId: "0_0", nodeName: "source", topic: "in", partition: 3, offset: 7, timestampMs: 1 },
      }),
    );
    expect(subject.dropped).toEqual([]);
  });

  test("includes the record's own time where it is beyond 2^53", () => {
    const beyond = encodeBatch({ records: [record(0, 2 ** 60)] });
    expect(() => new Subject().queue.add(beyond)).toThrow(InvalidTimestampError);
    expect(() => new Subject(logAndSkipOnInvalidTimestamp).queue.add(beyond)).toThrow(TimestampExtractorError);
  });
});
