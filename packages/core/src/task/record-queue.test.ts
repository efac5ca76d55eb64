import { describe, expect, test } from "vitest";
import { crc32c, encodeBatch, type RecordContent } from "@millrace/protocol";
import { int64 } from "../serde/int64.ts";
import { string } from "../serde/string.ts";
import type { TimestampExtractor } from "../topology/topology.ts";
import type { DropReason } from "../record/drop-reason.ts";
import type { Serde } from "../serde/serde.ts";
import {
  InvalidTimestampError,
  SourceRecordError,
  TimestampExtractorError,
  UnreadableBatchError,
  type FailedRecord,
} from "./errors.ts";
import { noStream } from "./fan-out.ts";
import { continueOnError, failOnError, type ErrorHandler } from "./handlers.ts";
import { fetched } from "./task-fixture.ts";
import { RecordQueue } from "./record-queue.ts";
import {
  failOnInvalidTimestamp,
  logAndSkipOnInvalidTimestamp,
  usePartitionTimeOnInvalidTimestamp,
} from "./timestamp-extractors.ts";

class Subject {
  readonly dropped: string[] = [];
  readonly queue: RecordQueue;

  constructor(
    extractor: TimestampExtractor = failOnInvalidTimestamp,
    handler: ErrorHandler = failOnError,
    shown: (record: FailedRecord, reason: DropReason, recordCount: number) => string = (_record, reason) => reason,
    keySerde: Serde<unknown> = string,
    valueSerde: Serde<unknown> = int64,
  ) {
    this.queue = new RecordQueue({
      taskId: "0_0",
      nodeName: "source",
      topic: "in",
      partition: 3,
      keySerde,
      valueSerde,
      extractor,
      handler,
      operator: noStream,
      checkCrcs: true,
      dropsNullValues: false,
      row: 0,
      lookUpTimeoutMs: 1_000,
      onLookUp: () => undefined,
      dropped: (record, reason, recordCount) => void this.dropped.push(shown(record, reason, recordCount)),
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

test("behind the last batch reading goes on where the fetches do, also without a record", () => {
  const { queue } = new Subject();
  queue.position = 5;
  queue.add(encodeBatch({ records: [record(5, 10)] }), 1, 9);
  expect([queue.size, queue.committableOffset]).toEqual([1, 5]);
  queue.advance();
  expect([queue.size, queue.committableOffset]).toEqual([0, 9]);
  queue.add(Buffer.alloc(0), 0, 12); // nothing but what the log has for itself
  expect([queue.size, queue.committableOffset]).toEqual([0, 12]);
  queue.add(encodeBatch({ records: [record(8, 10)] }), 1, 9); // before the position
  expect([queue.size, queue.committableOffset]).toEqual([0, 12]);
});

test("records of several batches, chunks and with gaps come in order", () => {
  const { queue } = new Subject();
  const subject = new Subject();
  subject.queue.add(
    ...fetched(
      Buffer.concat([encodeBatch({ records: [record(4, 10), record(6, 11)] }), encodeBatch({ records: [record(7, 12)] })]),
    ),
  );
  subject.queue.add(...fetched(encodeBatch({ records: [record(20, 9, null)] })));
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
  subject.queue.add(...fetched(Buffer.concat([encodeBatch({ records: [record(0, 1)] }), next.subarray(0, next.length - 1)])));
  expect(subject.queue.size).toBe(1);
  expect(subject.drain()).toEqual(["k=1@0/1"]);
  subject.queue.add(...fetched(next));
  expect(subject.drain()).toEqual(["k=1@1/2"]);
});

test("records before the position are not ours", () => {
  const subject = new Subject();
  subject.queue.position = 2;
  subject.queue.add(...fetched(encodeBatch({ records: [record(0, 1), record(1, 2), record(2, 3)] })));
  expect(subject.queue.committableOffset).toBe(2);
  expect(subject.drain()).toEqual(["k=1@2/3"]);
});

test("control batches and missing last offsets count as read", () => {
  const subject = new Subject();
  subject.queue.add(
    ...fetched(
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
    ),
  );
  expect(subject.queue.committableOffset).toBe(0);
  expect(subject.drain()).toEqual(["k=1@0/1"]);
  expect(subject.queue.size).toBe(0);
  expect(subject.queue.committableOffset).toBe(6);
});

test("with LogAppendTime the batch's time is each record's", () => {
  const subject = new Subject();
  subject.queue.add(
    ...fetched(encodeBatch({ timestampType: "LogAppendTime", maxTimestamp: 77, records: [record(0, 1), record(1, 2)] })),
  );
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
  queue.add(...fetched(buffer));
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
    const add = (): void => queue.add(...fetched(encodeBatch({ records: [record(5, 1, unreadable)] })));
    expect(add).toThrow(SourceRecordError);
    const error = caught(() =>
      new Subject().queue.add(...fetched(encodeBatch({ records: [record(5, 1, unreadable)] }))),
    ) as SourceRecordError;
    expect(error.record).toEqual({ taskId: "0_0", nodeName: "source", topic: "in", partition: 3, offset: 5, timestampMs: 1 });
    expect(error.cause).toMatchObject({ code: "STREAMS_DESERIALIZATION" });
  });

  test("is dropped on request, and the next one is the head", () => {
    const subject = new Subject(failOnInvalidTimestamp, continueOnError);
    subject.queue.add(...fetched(encodeBatch({ records: [record(0, 1, unreadable), record(1, 2)] })));
    expect(subject.drain()).toEqual(["k=1@1/2"]);
    expect(subject.dropped).toEqual(["deserialization"]);
  });

  test("stands in as a head if it is the last, so that its offset is committed", () => {
    const subject = new Subject(failOnInvalidTimestamp, continueOnError);
    subject.queue.add(...fetched(encodeBatch({ records: [record(0, 1), record(1, 2, unreadable), record(2, 3, unreadable)] })));
    expect(subject.drain()).toEqual(["k=1@0/1", "!2"]);
    expect(subject.queue.committableOffset).toBe(3);
    expect(subject.queue.partitionTimeMs).toBe(1);
  });
});

describe("a record's time", () => {
  test("must not be negative by default", () => {
    expect(() => new Subject().queue.add(...fetched(encodeBatch({ records: [record(0, -1)] })))).toThrow(InvalidTimestampError);
  });

  test("may be negative with logAndSkip: the record is dropped", () => {
    const subject = new Subject(logAndSkipOnInvalidTimestamp);
    subject.queue.add(...fetched(encodeBatch({ records: [record(0, -1), record(1, 5), record(2, -1)] })));
    expect(subject.drain()).toEqual(["k=1@1/5"]);
    expect(subject.dropped).toEqual(["invalid timestamp", "invalid timestamp"]);
    expect(subject.queue.committableOffset).toBe(3);
  });

  test("is the partition's with usePartitionTime, once there is one", () => {
    const subject = new Subject(usePartitionTimeOnInvalidTimestamp);
    subject.queue.add(...fetched(encodeBatch({ records: [record(0, 8), record(1, 3), record(2, -1)] })));
    expect(subject.drain()).toEqual(["k=1@0/8", "k=1@1/3", "k=1@2/8"]);
    expect(() =>
      new Subject(usePartitionTimeOnInvalidTimestamp).queue.add(...fetched(encodeBatch({ records: [record(0, -1)] }))),
    ).toThrow(InvalidTimestampError);
  });

  test("is taken from the decoded record by an extractor, which also sees the partition's time so far", () => {
    const seen: unknown[] = [];
    const subject = new Subject((each, partitionTimeMs) => {
      seen.push([each.topic, each.partition, each.offset, each.timestampMs, each.key, each.value, partitionTimeMs]);
      return Number(each.value);
    });
    subject.queue.add(...fetched(encodeBatch({ records: [record(0, 1, 50), record(1, 2, 40)] })));
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
    const error = caught(() => new Subject(failing).queue.add(...fetched(encodeBatch({ records: [record(0, 1)] }))));
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
    expect(() => subject.queue.add(...fetched(encodeBatch({ records: [record(7, 1)] })))).toThrow(
      expect.objectContaining({
        code: "STREAMS_TIMESTAMP_EXTRACTOR_FAILED",
        record: { taskId: "0_0", nodeName: "source", topic: "in", partition: 3, offset: 7, timestampMs: 1 },
      }),
    );
    expect(subject.dropped).toEqual([]);
  });

  test("includes the record's own time where it is beyond 2^53", () => {
    const beyond = encodeBatch({ records: [record(0, 2 ** 60)] });
    expect(() => new Subject().queue.add(...fetched(beyond))).toThrow(InvalidTimestampError);
    expect(() => new Subject(logAndSkipOnInvalidTimestamp).queue.add(...fetched(beyond))).toThrow(TimestampExtractorError);
  });
});

describe("a damaged batch", () => {
  const good = (offset: number): Buffer => encodeBatch({ records: [record(offset, offset + 1), record(offset + 1, offset + 2)] });
  /** Two records at 2 and 3, changed, and sealed again unless the checksum is what is wrong. */
  const damaged = (change: (batch: Buffer) => void, sealed = true, codec?: "gzip"): Buffer => {
    const batch = encodeBatch({ records: [record(2, 3), record(3, 4)], ...(codec === undefined ? {} : { codec }) });
    change(batch);
    if (sealed) batch.writeUInt32BE(crc32c(batch, 21, batch.length), 17);
    return batch;
  };
  const breaks: Readonly<Record<string, Buffer>> = {
    "its checksum differs": damaged((batch) => batch.writeUInt8(batch[batch.length - 2]! ^ 1, batch.length - 2), false),
    "its codec is unknown": damaged((batch) => batch.writeInt16BE(7, 21)),
    "it is compressed with something else": damaged((batch) => batch.writeInt16BE(4, 21)),
    "its compressed bytes are damaged": damaged((batch) => batch.fill(0xff, 65), true, "gzip"),
    "its first record is longer than all of it": damaged((batch) => batch.writeUInt8(0x7e, 61)),
    "it has fewer records than it says": damaged((batch) => batch.writeInt32BE(9, 57)),
    "it has more records than it says": damaged((batch) => batch.writeInt32BE(1, 57)),
    "it says that it has a negative number of records": damaged((batch) => batch.writeInt32BE(-1, 57)),
  };

  test.each(Object.entries(breaks))("is an error with its offsets: %s", (_name, batch) => {
    const subject = new Subject();
    subject.queue.add(...fetched(good(0)));
    expect(subject.drain()).toEqual(["k=1@0/1", "k=1@1/2"]);
    const run = (): unknown => (subject.queue.add(...fetched(batch)), subject.drain());
    expect(run).toThrow(
      expect.objectContaining({ code: "STREAMS_UNREADABLE_BATCH", topic: "in", partition: 3, offset: 2, lastOffset: 3 }),
    );
  });

  test.each(Object.entries(breaks))("is left behind if so wished, and its records are counted: %s", (_name, batch) => {
    for (const chunks of [[good(0), batch, good(4)], [Buffer.concat([good(0), batch, good(4)])]]) {
      const asked: unknown[] = [];
      const counts: number[] = [];
      const subject = new Subject(
        failOnInvalidTimestamp,
        (error, at) => (asked.push({ code: (error as { code: string }).code, offset: at.offset }), "continue"),
        (drop, reason, recordCount) => (counts.push(recordCount), `${reason} ${drop.offset}`),
      );
      const taken = chunks.flatMap((chunk) => (subject.queue.add(...fetched(chunk)), subject.drain()));
      expect(asked).toEqual([{ code: "STREAMS_UNREADABLE_BATCH", offset: 2 }]);
      expect(subject.dropped).toEqual(["unreadable batch 2"]);
      // a batch may turn out to be damaged only behind its first record, or its last
      const read = taken.filter((each) => !each.startsWith("!"));
      expect(read.slice(0, 2)).toEqual(["k=1@0/1", "k=1@1/2"]);
      expect(read.slice(-2)).toEqual(["k=1@4/5", "k=1@5/6"]);
      expect(read.slice(2, -2).every((each) => /@[23]\//.test(each))).toBe(true);
      expect(subject.queue.size).toBe(0);
      expect(subject.queue.committableOffset).toBe(6);
      expect(counts.every((count) => count >= 1 && count <= 2)).toBe(true);
    }
  });

  test("at the end stands in as a head, so that the offset behind it is committed", () => {
    const subject = new Subject(failOnInvalidTimestamp, continueOnError);
    subject.queue.add(...fetched(breaks["its checksum differs"]!));
    expect(subject.queue.hasHead && subject.queue.headCorrupted).toBe(true);
    expect(subject.drain()).toEqual(["!3"]);
    expect(subject.queue.committableOffset).toBe(4);
    expect(subject.queue.size).toBe(0);
  });

  test.each([
    ["larger last offset", (batch: Buffer) => batch.writeInt32BE(400, 23), 4],
    ["smaller last offset", (batch: Buffer) => batch.writeInt32BE(0, 23), 3],
    ["negative last offset", (batch: Buffer) => batch.writeInt32BE(-9, 23), 3],
    ["larger number of records", (batch: Buffer) => batch.writeInt32BE(400, 57), 4],
  ])("with a %s at the end of a chunk costs no record of the next chunk", (_what, change, behind) => {
    const subject = new Subject(failOnInvalidTimestamp, continueOnError);
    subject.queue.add(...fetched(damaged(change, false)));
    expect(subject.drain()).toEqual([`!${behind - 1}`]);
    expect(subject.queue.committableOffset).toBe(behind);
    subject.queue.add(...fetched(good(4)));
    expect(subject.drain()).toEqual(["k=1@4/5", "k=1@5/6"]);
    expect(subject.queue.size).toBe(0);
  });

  test("that comes once more, before what is new, is passed over without a word", () => {
    const subject = new Subject(failOnInvalidTimestamp, continueOnError);
    const batch = damaged((bytes) => bytes.writeInt32BE(400, 23), false);
    subject.queue.add(...fetched(Buffer.concat([batch, good(4)])));
    subject.queue.add(...fetched(Buffer.concat([batch, good(4), good(6)])));
    expect(subject.drain()).toEqual(["k=1@4/5", "k=1@5/6", "k=1@6/7", "k=1@7/8"]);
    expect(subject.dropped).toEqual(["unreadable batch"]);
    expect(subject.queue.size).toBe(0);
  });

  test("whose length is wrong has no end to go on behind", () => {
    const subject = new Subject(failOnInvalidTimestamp, continueOnError);
    expect(() => subject.queue.add(...fetched(damaged((batch) => batch.writeInt32BE(13, 8), false)))).toThrow(
      UnreadableBatchError,
    );
  });
});

test("what cannot be read says whether it is the key, and a serde that reads undefined has read no value", () => {
  const keyless = new Subject(failOnInvalidTimestamp, failOnError, undefined, int64);
  expect(() => keyless.queue.add(...fetched(encodeBatch({ records: [record(0, 1)] })))).toThrow(
    'Source "source" cannot read the record at offset 0 of "in"-3: its key: Serde "int64" cannot read the bytes',
  );
  const nothing = { ...string, read: () => undefined as never };
  const valueless = new Subject(failOnInvalidTimestamp, failOnError, undefined, string, nothing);
  expect(() => valueless.queue.add(...fetched(encodeBatch({ records: [record(0, 1)] })))).toThrow("its read returned undefined");
});
