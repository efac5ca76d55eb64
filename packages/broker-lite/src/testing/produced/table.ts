import { brotliCompressSync, gzipSync } from "node:zlib";
import { codecs } from "@millrace/protocol";
import type { CodecName } from "@millrace/protocol";
import { handMadeBatch, handMadeHeader, handMadeMs, handMadeRecord } from "./hand-made.ts";
import type { HandMadeBatch, HandMadeRecord } from "./hand-made.ts";

/** One thing that a producer may send, and what the topic is like. */
export interface ProducedCase {
  /** Unique: the answers are found by it. */
  readonly name: string;
  readonly configs?: Readonly<Record<string, string>>;
  /** Version of the Produce request. Default 9. */
  readonly version?: number;
  readonly transactionalId?: string;
  /** Sent in requests of their own, one after the other; the last one is judged. */
  readonly sent: (nowMs: number) => readonly Buffer[];
}

const plainAndGzip: readonly CodecName[] = ["none", "gzip"];
const packed: readonly CodecName[] = ["gzip", "snappy", "lz4", "zstd"];
const three: readonly HandMadeRecord[] = [{}, {}, {}];
const dayMs = 86_400_000;

function of(name: string, batch: HandMadeBatch, others: Partial<ProducedCase> = {}): ProducedCase {
  return { name, sent: () => [handMadeBatch(batch)], ...others };
}

function raw(name: string, bytes: (good: Buffer) => Buffer, others: Partial<ProducedCase> = {}): ProducedCase {
  return { name, sent: () => [bytes(handMadeBatch({ records: three }))], ...others };
}

/** The same batch plain and in gzip. */
function both(name: string, batch: HandMadeBatch, others: Partial<ProducedCase> = {}): ProducedCase[] {
  return plainAndGzip.map((codec) => of(codec === "none" ? name : `${name}, gzip`, { ...batch, codec }, others));
}

const framing: readonly ProducedCase[] = [
  raw("three good records", (good) => good),
  of("two good records, gzip", { records: [{}, {}], codec: "gzip" }),
  raw("empty records", () => Buffer.alloc(0)),
  raw("11 bytes", (good) => good.subarray(0, 11)),
  raw("16 bytes", (good) => good.subarray(0, 16)),
  raw("cut by a byte", (good) => good.subarray(0, good.length - 1)),
  raw("two batches", (good) => Buffer.concat([good, good])),
  raw("5 bytes behind the batch", (good) => Buffer.concat([good, Buffer.alloc(5, 1)])),
  raw("30 zeros behind the batch", (good) => Buffer.concat([good, Buffer.alloc(30)])),
  raw("a second batch that is cut", (good) => Buffer.concat([good, good.subarray(0, good.length - 1)])),
  of("a length of 13", { length: 13 }),
  of("a length of 0", { length: 0 }),
  of("a negative length", { length: -20 }),
  of("a length of 48, less than a header", { length: 48 }),
  of("a length of a header alone", { length: 49 }),
  of("a length larger by one", { length: 58 }),
  of("a length of 2147483647", { length: 2_147_483_647 }),
  of("a header without records", { records: [] }),
  ...[-1, 0, 1, 3, 9].map((magic) => of(`magic ${magic}`, { records: three, magic })),
];

const header: readonly ProducedCase[] = [
  of("base offset 5", { baseOffset: 5n }),
  of("base offset -1", { baseOffset: -1n }),
  of("base offset 5 and a wrong checksum", { baseOffset: 5n, crcChange: 1 }),
  of("leader epoch 77", { leaderEpoch: 77 }),
  ...both("a wrong checksum", { crcChange: 1 }),
  of("a wrong checksum and a count of 7", { crcChange: 1, count: 7 }),
  ...[5, 6, 7].map((codecId) => of(`codec ${codecId}`, { codecId })),
  of("codec 7 and a wrong checksum", { codecId: 7, crcChange: 1 }),
  of("codec 7 and a count of 7", { codecId: 7, count: 7 }),
  of("codec 7 in version 6", { codecId: 7 }, { version: 6 }),
  of("attributes with bit 7", { attributes: 0x80 }),
  of("attributes with bits 8 to 14", { attributes: 0x7f00 }),
  of("attributes with bits 8 to 14 and a wrong largest timestamp", { attributes: 0x7f00, maxTimestamp: 0 }),
  of("attributes with the delete horizon", { attributes: 0x40 }),
  of("a control batch", { attributes: 0x20 }),
  of("a control batch of a transaction", { attributes: 0x30, producerId: 5n, producerEpoch: 0, baseSequence: 0 }),
  of("a transaction without an id", { attributes: 0x10, producerId: 5n, producerEpoch: 0, baseSequence: 0 }),
  of("a transaction without an id or producer id", { attributes: 0x10 }),
  ...both("a last offset delta of -1", { records: three, lastOffsetDelta: -1 }),
  of("a last offset delta of -5", { lastOffsetDelta: -5 }),
  of("a last offset delta of 2147483647", { lastOffsetDelta: 2_147_483_647 }),
  ...both("a last offset delta too large by one", { records: three, lastOffsetDelta: 3 }),
  ...both("a last offset delta too small by one", { records: three, lastOffsetDelta: 1 }),
  ...both("a count of 0", { records: three, count: 0 }),
  of("a count of 0 and a last offset delta of 0", { count: 0, lastOffsetDelta: 0 }),
  of("a count of -1", { count: -1 }),
  of("a count of -1 and a last offset delta of 0", { count: -1, lastOffsetDelta: 0 }),
  ...both("a count too large by one", { records: three, count: 4 }),
  ...both("a count too small by one", { records: three, count: 2 }),
  ...both("a count of 2147483647", { records: three, count: 2_147_483_647 }),
  ...both("no records, a count of 1", { records: [], count: 1 }),
  ...both("no records, a count of 0 and a last offset delta of 0", { records: [], count: 0, lastOffsetDelta: 0 }),
];

const idempotent: readonly ProducedCase[] = [
  of("a producer id, epoch 0 and sequence 0", { producerId: 5n, producerEpoch: 0, baseSequence: 0 }),
  of("a producer that is not known, sequence 17", { producerId: 5n, producerEpoch: 0, baseSequence: 17 }),
  of("a producer id without an epoch", { producerId: 5n, producerEpoch: -1, baseSequence: 0 }),
  of("a producer id without a sequence", { producerId: 5n, producerEpoch: 0, baseSequence: -1 }),
  of("a producer id and sequence -7", { producerId: 5n, producerEpoch: 0, baseSequence: -7 }),
  of("an epoch and a sequence without a producer id", { producerEpoch: 5, baseSequence: 7 }),
  of("producer id -5 and sequence -1", { producerId: -5n, producerEpoch: 0, baseSequence: -1 }),
  of("a negative epoch", { producerId: 5n, producerEpoch: -3, baseSequence: 0 }),
  sequences("a batch again", [0, 0]),
  sequences("a sequence left out", [0, 5]),
  sequences("a sequence behind", [10, 9]),
  sequences("sequences on and on", [0, 3, 6]),
  sequences("the sixth last batch again", [0, 3, 6, 9, 12, 15, 0]),
  sequences("sequences beyond 2147483647", [2_147_483_646, 1]),
  sequences("a new epoch from sequence 0 on", [0, [1, 0]]),
  sequences("a new epoch from sequence 3 on", [0, [1, 3]]),
  sequences("an old epoch", [[1, 0], 3]),
  sequences("no epoch after an epoch", [0, [-1, 3]]),
  sequences("an epoch after none", [[-1, 0], 7]),
  sequences("no epoch twice, a sequence left out", [
    [-1, 0],
    [-1, 9],
  ]),
];

/** Batches of three records of one producer; epoch 0 where none is named. */
function sequences(name: string, all: readonly (number | readonly [epoch: number, sequence: number])[]): ProducedCase {
  return {
    name,
    sent: () =>
      all.map((each) => {
        const [producerEpoch, baseSequence] = typeof each === "number" ? [0, each] : each;
        return handMadeBatch({ records: three, producerId: 5n, producerEpoch, baseSequence });
      }),
  };
}

const rising = [{}, { timestampDelta: 1000 }, { timestampDelta: 2000 }];
const times: readonly ProducedCase[] = [
  ...["none", ...packed].flatMap((codec) =>
    [-1, 0, handMadeMs, handMadeMs + 1000, handMadeMs + 3000].map((maxTimestamp) =>
      of(`a largest timestamp of ${maxTimestamp}, ${codec}`, { records: rising, maxTimestamp, codec: codec as CodecName }),
    ),
  ),
  ...both("a largest timestamp in the far future", { records: three, maxTimestamp: 2n ** 62n }),
  ...both("the largest timestamp in the middle", { records: [{}, { timestampDelta: 9 }, {}], maxTimestamp: handMadeMs }),
  ...both("timestamps that fall", { records: [{}, { timestampDelta: -9 }, { timestampDelta: -99 }] }),
  ...both("no timestamps", { baseTimestamp: -1, maxTimestamp: -1 }),
  ...both("no timestamps, and a largest one", { baseTimestamp: -1, maxTimestamp: handMadeMs }),
  ...both("one record without a timestamp", { records: [{}, { timestampDelta: -1 - handMadeMs }], maxTimestamp: handMadeMs }),
  ...both("a negative timestamp", { baseTimestamp: -5, maxTimestamp: -5 }),
  ...both("a negative timestamp and a good one", { baseTimestamp: -5, records: [{}, { timestampDelta: 105 }] }),
  ...both("the smallest timestamp", { baseTimestamp: -(2n ** 63n), maxTimestamp: -(2n ** 63n) }),
  ...both("the largest timestamp there is", { baseTimestamp: 2n ** 63n - 1n }),
  ...both("a timestamp of nanoseconds", { baseTimestamp: 1_700_000_000_000_000_123n }),
  ...both(
    "a timestamp of nanoseconds where the topic takes it",
    { records: [{}, { timestampDelta: 3 }], baseTimestamp: 1_700_000_000_000_000_123n, maxTimestamp: 0 },
    { configs: { "message.timestamp.after.max.ms": "9223372036854775807" } },
  ),
  ...future("two hours ahead", 7_200_000),
  ...future("half an hour ahead", 1_800_000),
  ...future("two hours ahead where the topic takes a day", 7_200_000, { "message.timestamp.after.max.ms": String(dayMs) }),
  ...both("of 2023, before.max a day", { records: three }, { configs: { "message.timestamp.before.max.ms": String(dayMs) } }),
  {
    name: "one record of 2023, before.max a day",
    configs: { "message.timestamp.before.max.ms": String(dayMs) },
    sent: (nowMs) => [
      handMadeBatch({ baseTimestamp: nowMs, records: [{}, { timestampDelta: handMadeMs - nowMs }, {}], maxTimestamp: nowMs }),
    ],
  },
  ...both(
    "no timestamp, before.max a day",
    { baseTimestamp: -1 },
    { configs: { "message.timestamp.before.max.ms": String(dayMs) } },
  ),
  ...both("the broker's time", { records: rising }, { configs: { "message.timestamp.type": "LogAppendTime" } }),
  ...both(
    "the broker's time, from far ahead",
    { baseTimestamp: 2n ** 60n },
    { configs: { "message.timestamp.type": "LogAppendTime" } },
  ),
  ...both(
    "the broker's time, and the producer says so too",
    { records: rising, attributes: 8 },
    { configs: { "message.timestamp.type": "LogAppendTime" } },
  ),
  ...both("the producer says that it is the broker's time", { records: rising, attributes: 8 }),
  ...both("the producer says that it is the broker's time, from 2001", { records: rising, attributes: 8, maxTimestamp: 1e12 }),
  ...both("the producer says that it is the broker's time, and names none", { records: rising, attributes: 8, maxTimestamp: -1 }),
];

/** Either a record lies ahead of the broker's clock, and its header not, or the other way round. */
function future(name: string, aheadMs: number, configs: Readonly<Record<string, string>> = {}): ProducedCase[] {
  return plainAndGzip.flatMap((codec) =>
    (["record", "header"] as const).map((what) => ({
      name: `a ${what} ${name}, ${codec}`,
      configs,
      sent: (nowMs: number) => [
        handMadeBatch({
          records: what === "record" ? [{}, { timestampDelta: aheadMs }] : [{}, {}],
          codec,
          baseTimestamp: nowMs,
          maxTimestamp: what === "record" ? nowMs : nowMs + aheadMs,
        }),
      ],
    })),
  );
}

const manyBits = Buffer.from([0x80, 0x80, 0x80, 0x80, 0x80, 0]);
const fiveBytes = Buffer.from([0x80, 0x80, 0x80, 0x80, 0x00]);
const records: readonly ProducedCase[] = [
  ...both("a record's length too small by one", { records: [{ length: 7 }, {}] }),
  ...both("a record's length too large by one", { records: [{ length: 9 }, {}] }),
  ...both("the last record's length too large by one", { records: [{}, { length: 9 }] }),
  ...both("the last record's length too small by one", { records: [{}, { length: 7 }] }),
  ...both("a record's length of 0", { records: [{ length: 0 }, {}] }),
  ...both("a record's length of -1", { records: [{ length: -1 }, {}] }),
  ...both("a record's length of 2147483647", { records: [{ length: 2_147_483_647 }, {}] }),
  ...both("a record's length in 5 bytes that needs 1", { records: [{ lengthBytes: Buffer.from([0x90, 0x80, 0x80, 0x80, 0]) }] }),
  ...both("a record's length in 6 bytes", { records: [{ lengthBytes: Buffer.from([0x90, 0x80, 0x80, 0x80, 0x80, 0]) }] }),
  ...both("a timestamp in 11 bytes", { records: [{ timestampBytes: Buffer.from([...Buffer.alloc(10, 0x80), 0]) }] }),
  ...both("an offset in 5 bytes that needs 1", { records: [{ offsetBytes: fiveBytes }] }),
  ...both("an offset in 6 bytes", { records: [{ offsetBytes: manyBits }] }),
  ...both("a byte behind the last record", { records: three, behind: Buffer.alloc(1) }),
  ...both("a record behind the last one", { records: three, behind: handMadeRecord({}, 3) }),
  ...both("a record that is cut", { records: [], count: 1, body: handMadeRecord({ value: "value" }, 0).subarray(0, -2) }),
  ...both("zeros instead of records", { count: 3, body: Buffer.alloc(100) }),
  ...both("noise instead of records", { count: 3, body: Buffer.alloc(100, 0xff) }),
  ...both("a record with attributes", { records: [{ attributes: 1 }, { attributes: -128 }] }),
  ...both("a record without key and value", { records: [{ key: null, value: null }] }),
  ...both("a key of length -2", { records: [{ key: null, keyLength: -2 }] }),
  ...both("a key longer than the record", { records: [{ keyLength: 50 }, {}] }),
  ...both("a key longer than the batch", { records: [{ keyLength: 5000 }, {}] }),
  ...both("a key shorter than it is", { records: [{ key: "key", keyLength: 1 }, {}] }),
  ...both("a value of length -2", { records: [{ value: null, valueLength: -2 }] }),
  ...both("a value longer than the record", { records: [{ valueLength: 20 }, {}] }),
  ...both("a value longer than the batch", { records: [{ valueLength: 5000 }, {}] }),
  ...both("a value shorter than it is", { records: [{ value: "value", valueLength: 1 }, {}] }),
  ...both("a header count of -1", { records: [{ headerCount: -1 }, {}] }),
  ...both("a header count of 1 without headers", { records: [{ headerCount: 1 }, {}] }),
  ...both("a header count of 2147483647", { records: [{ headerCount: 2_147_483_647 }, {}] }),
  ...both("a header count too small by one", {
    records: [{ headerCount: 1, headers: Buffer.concat([handMadeHeader("a", "1"), handMadeHeader("b", "2")]) }, {}],
  }),
  ...both("good headers", {
    records: [{ headerCount: 2, headers: Buffer.concat([handMadeHeader("a", "1"), handMadeHeader("", null)]) }],
  }),
  ...both("a header without a key", { records: [{ headerCount: 1, headers: handMadeHeader("", "1", -1) }] }),
  ...both("a header with a key of length -2", { records: [{ headerCount: 1, headers: handMadeHeader("", "1", -2) }] }),
  ...both("a header with a value of length -2", { records: [{ headerCount: 1, headers: handMadeHeader("a", null, 1, -2) }] }),
  ...both("a header longer than its record", { records: [{ headerCount: 1, headers: handMadeHeader("a", "1", 90) }, {}] }),
  ...both("bytes behind the headers", { records: [{ headers: Buffer.alloc(3) }, {}] }),
  ...both("bytes behind the last record's headers", { records: [{}, { headers: Buffer.alloc(3) }] }),
  ...both("offsets that are all 0", { records: three.map(() => ({ offsetDelta: 0 })) }),
  ...both("offsets that fall", { records: [2, 1, 0].map((offsetDelta) => ({ offsetDelta })) }),
  ...both("offsets with a gap", { records: [0, 5, 9].map((offsetDelta) => ({ offsetDelta })) }),
  ...both("offsets from 1 on", { records: [1, 2, 3].map((offsetDelta) => ({ offsetDelta })) }),
  ...both("negative offsets", { records: [-3, -2, -1].map((offsetDelta) => ({ offsetDelta })) }),
];

const compact = { "cleanup.policy": "compact" };
const keys: readonly ProducedCase[] = [
  ...both("compacted: keys", { records: three }, { configs: compact }),
  ...both("compacted: no keys", { records: [{ key: null }, {}, { key: null }, {}] }, { configs: compact }),
  ...both("compacted: an empty key", { records: [{ key: "" }] }, { configs: compact }),
  of("compacted: five without keys", { records: Array.from({ length: 5 }, () => ({ key: null })) }, { configs: compact }),
  of("compacted: no key, version 7", { records: [{}, { key: null }] }, { configs: compact, version: 7 }),
  of("compacted: no key, and a count too large", { records: [{ key: null }], count: 2 }, { configs: compact }),
  {
    name: "compacted: no key, and a timestamp two hours ahead",
    configs: compact,
    sent: (nowMs) => [handMadeBatch({ baseTimestamp: nowMs, records: [{ key: null }, { timestampDelta: 7_200_000 }] })],
  },
];

const text = Buffer.from("the quick brown fox jumps over the lazy dog ".repeat(40));
const compression: readonly ProducedCase[] = [
  ...packed.flatMap((codec) => [
    of(codec, { records: [{ value: text }, {}, {}], codec }),
    of(`${codec}: noise`, { records: three, codec, spoil: () => Buffer.alloc(60, 0xa5) }),
    of(`${codec}: zeros`, { records: three, codec, spoil: () => Buffer.alloc(60) }),
    of(`${codec}: nothing`, { records: three, codec, spoil: () => Buffer.alloc(0) }),
    of(`${codec}: cut by 3 bytes`, { records: [{ value: text }, {}], codec, spoil: (bytes) => bytes.subarray(0, -3) }),
    of(`${codec}: cut in the middle`, {
      records: [{ value: text }],
      codec,
      spoil: (bytes) => bytes.subarray(0, bytes.length >> 1),
    }),
    of(`${codec}: zeros behind it`, { records: three, codec, spoil: (bytes) => Buffer.concat([bytes, Buffer.alloc(8)]) }),
    of(`${codec}: plain records`, { records: three, codec: "none", codecId: codecs[codec].id }),
    of(`${codec}: in two pieces`, { records: three, codec, spoil: () => inTwo(codec) }),
  ]),
  of("zstd in version 6", { codec: "zstd" }, { version: 6 }),
  of("zstd in version 7", { codec: "zstd" }, { version: 7 }),
  raw("zstd in version 6, two batches", () => Buffer.concat([handMadeBatch({ codec: "zstd" }), handMadeBatch()]), { version: 6 }),
  of("gzip in version 3", { codec: "gzip" }, { version: 3 }),
  of("plain, but compressed", { spoil: (bytes) => gzipSync(bytes) }),
  of("brotli that says gzip", { codecId: 1, spoil: (bytes) => brotliCompressSync(bytes) }),
  of("gzip with a wrong checksum of its own", { records: three, codec: "gzip", spoil: gzipChecksum }),
  of("snappy without the frame", {
    records: three,
    codecId: 2,
    spoil: (bytes) => Buffer.concat([Buffer.from([bytes.length, (bytes.length - 1) << 2]), bytes]),
  }),
  ...["uncompressed", "gzip", "snappy", "lz4", "zstd"].flatMap((type) =>
    (["none", "gzip", "zstd"] as const).map((codec) =>
      of(
        `topic ${type}, producer ${codec}`,
        {
          records: [{ value: text, headerCount: 1, headers: handMadeHeader("a", "1") }, { timestampDelta: 5 }, { key: null }],
          codec,
          maxTimestamp: 0,
        },
        { configs: { "compression.type": type } },
      ),
    ),
  ),
  ...(["uncompressed", "gzip"] as const).flatMap((type) => {
    const configs = { "compression.type": type };
    const codec: CodecName = type === "gzip" ? "none" : "gzip";
    const to = `${codec} to ${type}`;
    return [
      of(`${to}: wrong offsets`, { records: [{ offsetDelta: 5 }, {}], codec }, { configs }),
      of(`${to}: a negative timestamp`, { baseTimestamp: -5, codec }, { configs }),
      of(
        `${to}: no timestamp in the first`,
        { baseTimestamp: -1, records: [{}, { timestampDelta: 1 + handMadeMs }], codec },
        { configs },
      ),
      of(`${to}: a record's length too large by one`, { records: [{}, { length: 9 }], codec }, { configs }),
      of(`${to}: bytes behind the headers`, { records: [{}, { headers: Buffer.alloc(3) }], codec }, { configs }),
      of(`${to}: a producer`, { records: three, codec, producerId: 5n, producerEpoch: 3, baseSequence: 8 }, { configs }),
      of(
        `${to}: the broker's time`,
        { records: rising, codec },
        { configs: { ...configs, "message.timestamp.type": "LogAppendTime" } },
      ),
      of(`${to}: attributes of records and bit 7`, { records: [{ attributes: 3 }], attributes: 0x80, codec }, { configs }),
      of(`${to}: an unknown codec`, { codecId: 7 }, { configs }),
    ];
  }),
  of("wrong offsets, zstd", { records: [{ offsetDelta: 5 }, {}], codec: "zstd" }),
  of("wrong offsets and a negative timestamp, gzip", { records: [{ offsetDelta: 5 }, {}], baseTimestamp: -5, codec: "gzip" }),
];

function inTwo(codec: CodecName): Buffer {
  const pieces = [[0], [1, 2]].map((positions) => Buffer.concat(positions.map((position) => handMadeRecord({}, position))));
  return Buffer.concat(pieces.map((piece) => codecs[codec].compress(piece)));
}

function gzipChecksum(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  changed[bytes.length - 8]! ^= 1;
  return changed;
}

const large = Buffer.alloc(2_000, "x");
const sizes: readonly ProducedCase[] = [
  of("larger than max.message.bytes", { records: [{ value: large }] }, { configs: { "max.message.bytes": "1000" } }),
  of(
    "larger than max.message.bytes, and a wrong checksum",
    { records: [{ value: large }], crcChange: 1 },
    { configs: { "max.message.bytes": "1000" } },
  ),
  of(
    "larger than max.message.bytes, and base offset 5",
    { records: [{ value: large }], baseOffset: 5n },
    { configs: { "max.message.bytes": "1000" } },
  ),
  of(
    "larger than max.message.bytes only when plain",
    { records: [{ value: large }], codec: "gzip" },
    { configs: { "max.message.bytes": "1000" } },
  ),
  of(
    "larger than max.message.bytes once plain",
    { records: [{ value: large }], codec: "gzip" },
    { configs: { "max.message.bytes": "1000", "compression.type": "uncompressed" } },
  ),
  of(
    "too large only until it is compressed",
    { records: [{ value: large }] },
    { configs: { "max.message.bytes": "1000", "compression.type": "gzip" } },
  ),
  of("just max.message.bytes", { records: [{}] }, { configs: { "max.message.bytes": "70" } }),
  of("a byte more than max.message.bytes", { records: [{ value: "vv" }] }, { configs: { "max.message.bytes": "70" } }),
  of(
    "larger than segment.bytes",
    { records: [{ value: Buffer.alloc(1_100_000) }] },
    { configs: { "max.message.bytes": "2000000", "segment.bytes": "1048576" } },
  ),
  of(
    "larger than segment.bytes, and a count too large",
    { records: [{ value: Buffer.alloc(1_100_000) }], count: 2 },
    { configs: { "max.message.bytes": "2000000", "segment.bytes": "1048576" } },
  ),
  of(
    "larger than segment.bytes until it is compressed",
    { records: [{ value: Buffer.alloc(1_100_000) }] },
    { configs: { "max.message.bytes": "2000000", "segment.bytes": "1048576", "compression.type": "gzip" } },
  ),
];

/** A case without any records is not here: Apache Kafka never answers it. */
export const producedCases: readonly ProducedCase[] = [
  ...framing,
  ...header,
  ...idempotent,
  ...times,
  ...records,
  ...keys,
  ...compression,
  ...sizes,
];
