import { readFileSync, readdirSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { BatchHeader } from "./batch-header.ts";
import { readControlRecord } from "./control-record.ts";
import { RecordCursor } from "./record-cursor.ts";

// Damaged batches must end in one of the documented errors: no crash, no endless loop, no allocation beyond the limit. Most
// mutations happen behind the checksum, which is then made right again, since else nothing but the checksum would be tried.

const folder = new URL("../../../../test/data/protocol/batches/", import.meta.url);
const vectors: Buffer[] = readdirSync(folder).flatMap((file) => {
  const json = JSON.parse(gunzipSync(readFileSync(new URL(file, folder))).toString()) as { cases: { hex: string }[] };
  return json.cases.map(({ hex }) => Buffer.from(hex, "hex")).filter((bytes) => bytes.length > 0 && bytes.length < 2000);
});

const allowedCodes = new Set(["PROTOCOL_CORRUPT_BATCH", "PROTOCOL_UNSUPPORTED_MAGIC", "PROTOCOL_DECOMPRESSED_TOO_LARGE"]);
const decompressedBytesMax = 1 << 20;
/** A block of a codec may be decoded before the limit is compared. */
const slackBytes = 4 << 20;

/** Numbers from a seed (mulberry32), so that a failure can be repeated. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Reads all there is; returns the codes of what was thrown. */
function readAll(buffer: Buffer): string[] {
  const cursor = new RecordCursor({ decompressedBytesMax });
  const codes: string[] = [];
  let at = 0;
  // Every batch takes at least its header, so this bounds the loop if `open` should not advance.
  for (let batches = 0; batches <= buffer.length / 61; batches += 1) {
    const header = new BatchHeader();
    try {
      const next = header.open(buffer, at);
      if (next < 0) return codes;
      expect(next).toBeGreaterThan(at);
      at = next;
    } catch (error) {
      return [...codes, codeOf(error)];
    }
    try {
      expect(cursor.open(buffer, header.start)).toBe(at);
      readRecords(cursor);
    } catch (error) {
      codes.push(codeOf(error));
    }
  }
  return codes;
}

function readRecords(cursor: RecordCursor): void {
  const { buffer } = cursor;
  expect(buffer.length).toBeLessThanOrEqual(decompressedBytesMax + slackBytes);
  let last = -1;
  while (cursor.next()) {
    const { recordStart, keyEnd, valueEnd, headersEnd } = cursor;
    if (recordStart <= last || headersEnd > buffer.length || keyEnd > headersEnd || valueEnd > headersEnd)
      throw new RangeError("a position is off");
    last = recordStart;
    cursor.readHeaders();
    if (cursor.isControl) readControlRecord(cursor);
  }
}

function codeOf(error: unknown): string {
  const code = (error as { code?: string }).code ?? "";
  if (!allowedCodes.has(code)) throw error;
  return code;
}

function mutate(bytes: Buffer, random: (below: number) => number): Buffer {
  const mutated = Buffer.from(bytes);
  const changes = 1 + random(3);
  for (let i = 0; i < changes; i += 1) {
    const at = random(mutated.length);
    const kind = random(4);
    if (kind === 0) mutated[at] = mutated[at]! ^ (1 << random(8));
    else if (kind === 1) mutated[at] = [0, 1, 0x7f, 0x80, 0xff][random(5)]!;
    else if (kind === 2) mutated.copyWithin(at, random(mutated.length), mutated.length);
    else mutated.fill(0xff, at, Math.min(mutated.length, at + 1 + random(9)));
  }
  return mutated;
}

/** Makes the checksum of the first batch right. */
function mend(buffer: Buffer): void {
  const header = new BatchHeader();
  try {
    if (header.open(buffer, 0) > 0) header.writeCrc();
  } catch (error) {
    codeOf(error);
  }
}

describe("damaged record batches", () => {
  test("every truncation of every vector is read or refused", () => {
    let refused = 0;
    for (const vector of vectors) {
      const step = Math.max(1, vector.length >>> 6);
      for (let length = 0; length < vector.length; length += step) {
        refused += readAll(vector.subarray(0, length)).length;
      }
    }
    expect(refused).toBeGreaterThan(0);
  });

  test("records cut inside a batch of a right checksum are refused", () => {
    for (const vector of vectors) {
      if (readAll(vector).length > 0) continue;
      const whole = new BatchHeader();
      if (whole.open(vector, 0) < 0 || whole.count < 1 || whole.codecId !== 0) continue;
      for (let length = 61; length < whole.end; length += 1 + (whole.end >>> 7)) {
        const cut = Buffer.from(vector.subarray(0, length));
        cut.writeInt32BE(length - 12, 8);
        mend(cut);
        expect(readAll(cut)).toEqual(["PROTOCOL_CORRUPT_BATCH"]);
      }
    }
  });

  test.each([1, 2, 3])("mutations of all vectors are read or refused (seed %i)", (seed) => {
    const random = randomFrom(seed);
    const seen = new Set<string>();
    for (const vector of vectors) {
      for (let i = 0; i < 40; i += 1) {
        const mutated = mutate(vector, random);
        if (i % 8 !== 0) mend(mutated);
        for (const code of readAll(mutated)) seen.add(code);
      }
    }
    expect(seen).toContain("PROTOCOL_CORRUPT_BATCH");
  });

  test("bytes without any structure are read or refused", () => {
    const random = randomFrom(4);
    for (let i = 0; i < 2000; i += 1) {
      const bytes = Buffer.alloc(random(300));
      for (let at = 0; at < bytes.length; at += 1) bytes[at] = random(256);
      if (bytes.length > 61) {
        bytes[16] = 2;
        bytes.writeInt32BE(bytes.length - 12, 8);
        mend(bytes);
      }
      readAll(bytes);
    }
  });
});
