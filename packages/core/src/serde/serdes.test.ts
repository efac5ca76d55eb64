import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { Windowed } from "../record/windowed.ts";
import { bigint64 } from "./bigint64.ts";
import { boolean } from "./boolean.ts";
import { bytes } from "./bytes.ts";
import { AsyncSchemaError, DeserializationError, SerializationError } from "./errors.ts";
import { float32 } from "./float32.ts";
import { float64 } from "./float64.ts";
import { int16 } from "./int16.ts";
import { int32 } from "./int32.ts";
import { int64 } from "./int64.ts";
import { json } from "./json.ts";
import { list } from "./list.ts";
import type { Serde } from "./serde.ts";
import { string } from "./string.ts";
import { uuid } from "./uuid.ts";
import { voidSerde } from "./void.ts";
import { isWindowedSerde, windowed } from "./windowed.ts";

interface SerdeVector {
  serde: string;
  value?: unknown;
  hex: string | null;
  note?: string;
  error?: string;
}
interface WindowedVector {
  kind: string;
  key: string;
  start: string;
  end?: string;
  hex: string;
}
const file = new URL("../../../../test/data/protocol/serdes.json.gz", import.meta.url);
const vectors = JSON.parse(gunzipSync(readFileSync(file)).toString()) as {
  serdes: SerdeVector[];
  deserializing: SerdeVector[];
  windowed: WindowedVector[];
};

interface Known {
  readonly serde: Serde<never>;
  readonly parse: (value: unknown) => unknown;
}
const known: Record<string, Known> = {
  String: { serde: string as Serde<never>, parse: (value) => value },
  Integer: { serde: int32 as Serde<never>, parse: (value) => value },
  Short: { serde: int16 as Serde<never>, parse: (value) => value },
  Long: { serde: bigint64 as Serde<never>, parse: (value) => BigInt(value as string) },
  Double: { serde: float64 as Serde<never>, parse: (value) => Number(value) },
  Float: { serde: float32 as Serde<never>, parse: (value) => Math.fround(Number(value)) },
  Boolean: { serde: boolean as Serde<never>, parse: (value) => value },
  UUID: { serde: uuid as Serde<never>, parse: (value) => value },
  ByteArray: { serde: bytes as Serde<never>, parse: (value) => Buffer.from(value as string, "hex") },
  Bytes: { serde: bytes as Serde<never>, parse: (value) => Buffer.from(value as string, "hex") },
  Void: { serde: voidSerde, parse: (value) => value },
};

function knownSerde(name: string): Known | null {
  const inner = /^List<(.*)>$/.exec(name)?.[1];
  if (inner === undefined) return known[name] ?? null;
  const of = known[inner]!;
  return {
    serde: list(of.serde) as Serde<never>,
    parse: (value) => (value as unknown[]).map((item) => (item === null ? null : of.parse(item))),
  };
}

function write<T>(serde: Serde<T>, value: T): Buffer {
  const sizeMax = serde.sizeMax(value);
  const buffer = Buffer.alloc(sizeMax + 10, 0xee);
  const end = serde.write(buffer, 5, value);
  expect(end - 5).toBeLessThanOrEqual(sizeMax);
  if (serde.size !== undefined) expect(serde.size(value)).toBe(end - 5);
  return buffer.subarray(5, end);
}

function read<T>(serde: Serde<T>, from: Buffer): T {
  return serde.read(Buffer.concat([Buffer.from("<<<"), from, Buffer.from(">>")]), 3, 3 + from.length);
}

describe("Java's bytes", () => {
  const some = vectors.serdes.filter(
    (vector) => vector.value !== undefined && vector.value !== null && knownSerde(vector.serde) !== null,
  );

  test("the recorded values cover every serde", () => {
    const covered = new Set(some.map((vector) => vector.serde));
    expect([...covered].sort()).toEqual([
      "Boolean",
      "ByteArray",
      "Bytes",
      "Double",
      "Float",
      "Integer",
      "List<Double>",
      "List<Float>",
      "List<Integer>",
      "List<Long>",
      "List<Short>",
      "List<String>",
      "List<UUID>",
      "Long",
      "Short",
      "String",
      "UUID",
    ]);
  });

  test.each(some.map((vector) => [vector.serde, JSON.stringify(vector.value), vector] as const))(
    "%s %s",
    (name, _text, vector) => {
      const { serde, parse } = knownSerde(name)!;
      const value = parse(vector.value) as never;
      expect(write(serde, value).toString("hex")).toBe(vector.hex);
      expect(read(serde, Buffer.from(vector.hex!, "hex"))).toEqual(value);
    },
  );

  test.each(
    vectors.serdes.filter(
      (vector) => vector.serde === "Long" && vector.value !== null && Number.isSafeInteger(Number(vector.value)),
    ),
  )("int64 $value", (vector) => {
    expect(write(int64, Number(vector.value)).toString("hex")).toBe(vector.hex);
    expect(read(int64, Buffer.from(vector.hex!, "hex"))).toBe(Number(vector.value));
  });

  test.each(vectors.deserializing.filter((vector) => vector.error === undefined))("$serde reads the malformed $hex", (vector) => {
    expect(read(knownSerde(vector.serde)!.serde, Buffer.from(vector.hex!, "hex"))).toBe(vector.value);
  });

  test.each(vectors.deserializing.filter((vector) => vector.error !== undefined))("$serde refuses $hex: $message", (vector) => {
    expect(() => read(knownSerde(vector.serde)!.serde, Buffer.from(vector.hex!, "hex"))).toThrow(DeserializationError);
  });

  test.each(
    vectors.windowed.filter((vector) => vector.kind === "TimeWindowed<String>" && Number.isSafeInteger(Number(vector.end))),
  )('windowed key "$key" [$start, $end)', (vector) => {
    const serde = windowed(string, Number(vector.end) - Number(vector.start));
    const key = new Windowed(vector.key, Number(vector.start), Number(vector.end));
    expect(write(serde, key).toString("hex")).toBe(vector.hex);
    expect(read(serde, Buffer.from(vector.hex, "hex"))).toEqual(key);
  });
});

describe("string", () => {
  test("a lone surrogate is written as a question mark", () => {
    expect(write(string, "a\uD800b").toString("hex")).toBe("613f62");
    expect(write(string, "\uDC00").toString()).toBe("?");
    expect(write(string, `${"x".repeat(20)}\uD83D`).toString()).toBe(`${"x".repeat(20)}?`);
    expect(string.normalize!("a\uD800\u{1F600}")).toBe("a?\u{1F600}");
  });

  test("any text comes back as its well-formed self, and its size is told", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
        expect(read(string, write(string, text))).toBe(string.normalize!(text));
      }),
    );
  });

  test("ASCII of every length up to 40 comes back", () => {
    for (let length = 0; length <= 40; length += 1) {
      const text = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEF".slice(0, length);
      expect(read(string, write(string, text))).toBe(text);
    }
  });
});

describe("numbers", () => {
  test("int64 carries every safe integer, as bigint64 writes it", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        const encoded = write(int64, value);
        expect(encoded).toEqual(write(bigint64, BigInt(value)));
        expect(read(int64, encoded)).toBe(value);
      }),
    );
  });

  test("a long beyond 2^53 - 1 is an error that names bigint64", () => {
    const error = thrown(() => read(int64, write(bigint64, 9007199254740993n)));
    expect(error).toBeInstanceOf(DeserializationError);
    expect((error as DeserializationError).code).toBe("STREAMS_DESERIALIZATION");
    expect(String(error)).toContain("9007199254740993");
    expect(String(error)).toContain("bigint64");
  });

  test.each([
    [int64, 1.5],
    [int64, 2 ** 53],
    [int64, "1"],
    [int32, 2 ** 31],
    [int32, 0.5],
    [int16, 32768],
    [bigint64, 2n ** 63n],
    [bigint64, 1],
    [float64, "x"],
    [float32, null],
    [boolean, 1],
    [string, 7],
    [uuid, "no"],
    [bytes, "text"],
  ] as const)("%o refuses %o", (serde, value) => {
    const target = Buffer.alloc(100);
    const error = thrown(() => (serde as Serde<unknown>).write(target, 0, value));
    expect(error).toBeInstanceOf(SerializationError);
    expect((error as SerializationError).code).toBe("STREAMS_SERIALIZATION");
    expect(() => (serde as Serde<unknown>).size!(value)).toThrow(SerializationError);
  });

  test.each([
    [int64, 7],
    [int32, 5],
    [int16, 1],
    [float64, 9],
    [float32, 3],
    [bigint64, 0],
    [boolean, 2],
  ] as const)("%o refuses %i bytes", (serde, length) => {
    expect(() => read(serde as Serde<unknown>, Buffer.alloc(length))).toThrow(DeserializationError);
  });

  test("every NaN is the same bytes", () => {
    const payload = Buffer.from("7ff8000000000123", "hex").readDoubleBE();
    expect(write(float64, payload).toString("hex")).toBe("7ff8000000000000");
    expect(write(float32, Number.NaN).toString("hex")).toBe("7fc00000");
  });
});

describe("json", () => {
  const order = z.object({ id: z.string(), items: z.array(z.object({ price: z.number() })) });

  test("any JSON value comes back", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const serde = json();
        const text = JSON.stringify(value);
        expect(write(serde, value).toString()).toBe(text);
        expect(JSON.stringify(read(serde, Buffer.from(text)))).toBe(text);
      }),
    );
  });

  test("a schema types and validates what is read", () => {
    const serde = json(order);
    const value = read(serde, Buffer.from(`{"id":"a","items":[{"price":1}]}`));
    expect(value.items[0]!.price).toBe(1);
  });

  test("an issue is told with its path", () => {
    const error = thrown(() => read(json(order), Buffer.from(`{"id":"a","items":[{"price":1},{"price":"x"}]}`)));
    expect(error).toBeInstanceOf(DeserializationError);
    expect(String(error)).toContain("items[1].price");
    expect(String(error)).toContain("zod");
  });

  test("text that is not JSON is told by its beginning", () => {
    expect(String(thrown(() => read(json(), Buffer.from("{oops"))))).toContain("{oops");
  });

  test("a schema that validates asynchronously is refused", () => {
    const slow = z.string().refine(async () => true);
    const error = thrown(() => read(json(slow), Buffer.from(`"x"`)));
    expect(error).toBeInstanceOf(AsyncSchemaError);
  });

  test("a value that JSON does not know is refused", () => {
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    for (const value of [undefined, () => 1, 1n, cycle]) expect(() => json().sizeMax(value)).toThrow(SerializationError);
  });

  test("a value that changed after a write is encoded anew", () => {
    const serde = json<{ n: number }>();
    const value = { n: 1 };
    expect(write(serde, value).toString()).toBe(`{"n":1}`);
    value.n = 2;
    const buffer = Buffer.alloc(20);
    expect(buffer.toString("utf8", 0, serde.write(buffer, 0, value))).toBe(`{"n":2}`);
  });
});

describe("bytes", () => {
  test("what is read is a copy", () => {
    const from = Buffer.from("abc");
    const value = bytes.read(from, 0, 3);
    from[0] = 0;
    expect(value.toString()).toBe("abc");
  });
});

describe("windowed", () => {
  test("it knows its inner serde", () => {
    const serde: Serde<unknown> = windowed(string, 5);
    expect(isWindowedSerde(serde) && serde.inner).toBe(string);
    expect(isWindowedSerde(string)).toBe(false);
  });

  test("bytes too short for a start are refused", () => {
    expect(() => read(windowed(string, 5), Buffer.alloc(7))).toThrow(DeserializationError);
  });
});

describe("list", () => {
  test("mutated bytes are read or refused, never a crash", () => {
    const sources = [write(list(int64), [1, null, 3]), write(list(string), ["a", null, "日本"])];
    fc.assert(
      fc.property(fc.nat(1), fc.nat(40), fc.nat(255), fc.nat(40), (which, position, byte, length) => {
        const mutated = Buffer.from(sources[which]!);
        mutated[position % mutated.length] = byte;
        const cut = mutated.subarray(0, Math.min(length, mutated.length));
        try {
          read(which === 0 ? list(int64) : (list(string) as Serde<unknown>), cut);
        } catch (error) {
          expect(error).toBeInstanceOf(DeserializationError);
        }
      }),
    );
  });
});

function thrown(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
