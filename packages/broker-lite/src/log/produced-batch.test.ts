import { BatchHeader, codecs, crc32c, RecordCursor } from "@millrace/protocol";
import type { CodecName } from "@millrace/protocol";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { brokerConfig } from "../config/broker-config.ts";
import { topicConfig } from "../config/topic-config.ts";
import { handMadeBatch, handMadeMs } from "../testing/produced/hand-made.ts";
import type { HandMadeRecord } from "../testing/produced/hand-made.ts";
import { validateProduced } from "./produced-batch.ts";

const version = 9;
const nowMs = handMadeMs + 60_000;
const configs = (texts: Readonly<Record<string, string>> = {}) => topicConfig(new Map(Object.entries(texts)), brokerConfig({}));

interface Kept {
  readonly header: BatchHeader;
  /** Key, value and timestamp of each record. */
  readonly records: readonly string[];
}

/** Reads the batch as a consumer does, with every check; fails where a consumer would. */
function read(header: BatchHeader): Kept {
  const cursor = new RecordCursor();
  cursor.open(header.buffer, header.start);
  const records: string[] = [];
  let max = -1;
  for (let position = 0; cursor.next(); position += 1) {
    expect(cursor.offset - cursor.baseOffset).toBe(position);
    max = Math.max(max, cursor.timestamp);
    records.push(`${cursor.key()?.toString("hex")} ${cursor.value()?.toString("hex")} ${cursor.timestamp}`);
  }
  expect(records).toHaveLength(header.count);
  expect(header.maxTimestamp).toBe(max);
  return { header, records };
}

const codecName = fc.constantFrom<CodecName>("none", "gzip", "snappy", "lz4", "zstd");
const record = fc.record(
  {
    key: fc.option(fc.string({ maxLength: 20 })),
    value: fc.option(fc.string({ maxLength: 200 })),
    timestampDelta: fc.integer({ min: -50_000, max: 50_000 }),
  },
  { requiredKeys: ["key", "value", "timestampDelta"] },
);
const records: fc.Arbitrary<HandMadeRecord[]> = fc.array(record, { minLength: 1, maxLength: 12 });

describe("what is taken", () => {
  test("keeps its bytes if nothing is wrong with it, and if the topic wants nothing else", () => {
    fc.assert(
      fc.property(records, codecName, (content, codec) => {
        const sent = handMadeBatch({ records: content, codec });
        const header = new BatchHeader();
        expect(validateProduced(header, Buffer.from(sent), configs(), version, nowMs)).toBeNull();
        expect(header.buffer.subarray(header.start, header.end)).toEqual(sent);
      }),
    );
  });

  test("changes in its header alone, if only that is wrong", () => {
    fc.assert(
      fc.property(records, codecName, fc.maxSafeInteger(), (content, codec, maxTimestamp) => {
        const sent = handMadeBatch({ records: content, codec, maxTimestamp });
        const header = new BatchHeader();
        expect(validateProduced(header, Buffer.from(sent), configs(), version, nowMs)).toBeNull();
        const kept = header.buffer.subarray(header.start, header.end);
        expect(kept.subarray(43)).toEqual(sent.subarray(43));
        expect(read(header).records).toHaveLength(content.length);
      }),
    );
  });

  test("has the topic's compression and the same records, whatever it came in", () => {
    fc.assert(
      fc.property(records, codecName, codecName, fc.boolean(), (content, from, to, renumbered) => {
        const offsets = content.map((each, i) => (renumbered ? { ...each, offsetDelta: 2 * i } : each));
        fc.pre(!renumbered || from !== to || from === "none");
        const sent = handMadeBatch({
          records: offsets,
          codec: from,
          maxTimestamp: 0,
          producerId: 7n,
          producerEpoch: 1,
          baseSequence: 4,
        });
        const wanted = configs({ "compression.type": to === "none" ? "uncompressed" : to });
        const header = new BatchHeader();
        expect(validateProduced(header, sent, wanted, version, nowMs)).toBeNull();
        expect(header).toMatchObject({ codecId: codecs[to].id, producerId: 7, producerEpoch: 1, baseSequence: 4 });
        const plain = new BatchHeader();
        plain.open(handMadeBatch({ records: content }));
        expect(read(header).records).toEqual(read(plain).records);
      }),
    );
  });

  test("has the compression of the broker's compression.type, where the topic has none of its own", () => {
    const header = new BatchHeader();
    const wanted = topicConfig(new Map(), brokerConfig({ compressionType: "lz4" }));
    expect(validateProduced(header, handMadeBatch({ records: [{}, {}] }), wanted, version, nowMs)).toBeNull();
    expect(header.codecId).toBe(codecs.lz4.id);
    const own = topicConfig(new Map([["compression.type", "producer"]]), brokerConfig({ compressionType: "lz4" }));
    expect(validateProduced(header, handMadeBatch({ records: [{}, {}] }), own, version, nowMs)).toBeNull();
    expect(header.codecId).toBe(codecs.none.id);
  });

  test("can be read by consumers, whatever bytes were sent; and the rest is refused, not thrown", () => {
    let taken = 0;
    const change = fc.record({ at: fc.nat(), byte: fc.nat(255) });
    fc.assert(
      fc.property(
        records,
        codecName,
        fc.array(change, { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        (content, codec, changes, outside) => {
          // Either in the batch, or in the records before they are compressed.
          const spoil = (bytes: Buffer, from: number): Buffer => {
            const spoilt = Buffer.from(bytes);
            for (const { at, byte } of changes) spoilt[from + (at % (bytes.length - from))] = byte;
            return spoilt;
          };
          const plain = handMadeBatch({ records: content });
          const count = content.length;
          const sent = outside
            ? spoil(handMadeBatch({ records: content, codec }), 21)
            : handMadeBatch({ records: content, codec, spoil: () => codecs[codec].compress(spoil(plain.subarray(61), 0)) });
          sent.writeUInt32BE(crc32c(sent, 21, sent.length), 17);
          const header = new BatchHeader();
          const refused = validateProduced(header, sent, configs(), version, nowMs);
          if (refused !== null) {
            // 10: a length in the compressed bytes that no reader may allocate.
            expect([-1, 2, 10, 32, 48, 76, 87]).toContain(refused.errorCode);
            return;
          }
          taken += 1;
          expect(header.count).toBe(count);
          if (Number.isSafeInteger(header.baseTimestamp)) read(header);
        },
      ),
      { numRuns: 2_000 },
    );
    expect(taken).toBeGreaterThan(50);
  });
});
