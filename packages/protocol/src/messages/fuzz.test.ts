import { readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MalformedMessageError } from "../bytes/errors.ts";
import { Reader } from "../bytes/reader.ts";
import { Writer } from "../bytes/writer.ts";
import type { Message } from "./api.ts";
import { decodeSubscription } from "./consumer-protocol.ts";
import { decodeRequestHeader } from "./frame.ts";
import { apis } from "./generated/index.ts";

interface Vector {
  readonly api: string;
  readonly kind: string;
  readonly version: number;
  readonly hex: string;
}

const folder = new URL("../../../../test/data/protocol/messages/", import.meta.url);
const files = readdirSync(folder).filter((file) => !/^(frames|RequestHeader|ResponseHeader)/.test(file));
const vectors = files.flatMap((file) =>
  gunzipSync(readFileSync(new URL(file, folder)))
    .toString()
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Vector),
);

function messageOf(vector: Vector): Message<any> {
  const api = apis.find((each) => each.name === vector.api)!;
  return vector.kind === "request" ? api.request : api.response;
}

/** The message, or undefined where reading refuses the bytes in the one way that it may. */
function readOrRefuse(message: Message<any>, bytes: Buffer, version: number): unknown {
  try {
    return message.read(new Reader(bytes), version);
  } catch (error) {
    if (!(error instanceof MalformedMessageError)) throw error;
    return undefined;
  }
}

/** Objects and arrays in a message; views of its bytes are one each. */
function objectsIn(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  if (Buffer.isBuffer(value)) return 1;
  return Object.values(value).reduce((sum: number, inner) => sum + objectsIn(inner), 1);
}

const mutation = fc.record({ at: fc.nat(), byte: fc.integer({ min: 0, max: 255 }) });

describe("reading a message", () => {
  test("refuses every truncated vector with a typed error", () => {
    for (const vector of vectors) {
      const message = messageOf(vector);
      const whole = Buffer.from(vector.hex, "hex");
      const step = Math.max(1, Math.floor(whole.length / 16));
      for (let length = whole.length - 1; length >= 0; length -= step) {
        const cut = whole.subarray(0, length);
        expect(
          readOrRefuse(message, cut, vector.version),
          `${vector.api} ${vector.kind} v${vector.version} cut at ${length}`,
        ).toBeUndefined();
      }
    }
  });

  test("of mutated bytes fails typed, or gives a message that is written and read again as the same", () => {
    const property = fc.property(
      fc.constantFrom(...vectors),
      fc.array(mutation, { minLength: 1, maxLength: 4 }),
      (vector, mutations) => {
        const message = messageOf(vector);
        const bytes = Buffer.from(vector.hex, "hex");
        for (const { at, byte } of mutations) if (bytes.length > 0) bytes[at % bytes.length] = byte;
        const read = readOrRefuse(message, bytes, vector.version);
        if (read === undefined) return;
        const to = new Writer();
        message.write(to, read, vector.version);
        expect(message.read(new Reader(to.toBuffer()), vector.version)).toEqual(read);
      },
    );
    fc.assert(property, { numRuns: 20_000 });
  });

  test("of a vector of another version or kind fails typed", () => {
    for (const [i, vector] of vectors.entries()) {
      const other = messageOf(vectors[(i * 7919) % vectors.length]!);
      for (const version of [0, vector.version, 18]) readOrRefuse(other, Buffer.from(vector.hex, "hex"), version);
    }
  });

  test("of a megabyte of any one byte gives at most an object for each byte", () => {
    for (const byte of [0x00, 0x01, 0x7f, 0x80, 0xff]) {
      const bytes = Buffer.alloc(1 << 20, byte);
      for (const api of apis) {
        for (const version of [api.minVersion, api.maxVersion]) {
          for (const message of [api.request, api.response]) {
            expect(objectsIn(readOrRefuse(message, bytes, version))).toBeLessThanOrEqual(bytes.length);
          }
        }
      }
    }
  });

  test("of any bytes as a header or subscription fails typed", () => {
    const anyBytes = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes));
    const isTyped = (read: () => unknown): void => {
      try {
        read();
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedMessageError);
      }
    };
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        isTyped(() => decodeRequestHeader(new Reader(bytes)));
        isTyped(() => decodeSubscription(bytes));
      }),
    );
  });
});
