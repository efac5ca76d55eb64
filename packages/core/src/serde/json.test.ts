import { describe, expect, test } from "vitest";
import { InvalidArgumentError } from "../errors.ts";
import { SerializationError } from "./errors.ts";
import { json, type JsonOptions } from "./json.ts";
import type { Serde } from "./serde.ts";
import type { StandardSchema } from "./standard-schema.ts";

function read(serde: Serde<unknown>, text: string | Buffer): unknown {
  const bytes = typeof text === "string" ? Buffer.from(text) : text;
  return serde.read(bytes, 0, bytes.length);
}

function written(serde: Serde<unknown>, value: unknown): string {
  const buffer = Buffer.alloc(serde.sizeMax(value));
  return buffer.toString("utf8", 0, serde.write(buffer, 0, value));
}

/** `code: message` of what a call throws, or what it returned. */
function outcome(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return `${(error as { code: string }).code}: ${(error as Error).message}`;
  }
}

const whole = json({ integers: "bigint" });

describe("an integer beyond 2^53", () => {
  test.each([
    ['{"id":1795292668348461057}', ".id", "1795292668348461057"],
    ['{"id":1795292668348461056}', ".id", "1795292668348461056"], // a double has this value, but writes other digits
    ["[-9007199254740993]", "[0]", "-9007199254740993"],
    ['{"n":{"u":18446744073709551615}}', ".n.u", "18446744073709551615"],
    ['{"a":[1,{"the id":9223372036854775807}]}', '.a[1]["the id"]', "9223372036854775807"],
    ['{"__proto__":9223372036854775807}', ".__proto__", "9223372036854775807"],
    [`{"a":1${"0".repeat(400)}}`, ".a", `1${"0".repeat(59)}…`],
  ])("is refused with its field: %s", (text, path, digits) => {
    expect(outcome(() => read(json(), text))).toBe(
      `STREAMS_DESERIALIZATION: Serde "json" cannot read the bytes: at ${path}: a number does not hold ${digits}. ` +
        'json({ integers: "bigint" }) reads it whole.',
    );
  });

  test("alone is refused, too", () => {
    expect(outcome(() => read(json(), "9007199254740993"))).toContain("a number does not hold 9007199254740993");
  });

  test("is read where a number writes the same digits, so that what was written is read", () => {
    for (const value of [2 ** 53, 2 ** 53 + 2, -(2 ** 60), 2 ** 64, 1e20, 1e21, 1.5e300, Number.MAX_VALUE]) {
      const text = written(json(), { value });
      expect(read(json(), text)).toEqual({ value });
      expect(written(json(), read(json(), text))).toBe(text);
    }
  });

  test("is read whole as a bigint, and written whole, if so wished", () => {
    for (const text of [
      '{"id":1795292668348461057,"n":1,"x":0.5}',
      "[-9007199254740993,9007199254740992]",
      "18446744073709551615",
      `{"a":{"b":[1${"0".repeat(400)}]}}`,
      '{"__proto__":9223372036854775807,"s":"9223372036854775807"}',
    ]) {
      expect(written(whole, read(whole, text))).toBe(text);
    }
    expect(read(whole, '{"id":1795292668348461057,"n":1}')).toEqual({ id: 1795292668348461057n, n: 1 });
    expect(read(whole, '{"id":9007199254740992}')).toEqual({ id: 9007199254740992n });
    expect(written(whole, { small: 1n, date: new Date(0) })).toBe('{"small":1,"date":"1970-01-01T00:00:00.000Z"}');
  });

  test("meets a schema as what it is", () => {
    const seen: unknown[] = [];
    const schema: StandardSchema<unknown> = {
      "~standard": { version: 1, vendor: "own", validate: (value) => (seen.push(value), { value }) },
    };
    read(json(schema, { integers: "bigint" }), "[9007199254740993]");
    expect(seen).toEqual([[9007199254740993n]]);
  });

  test("of sixteen digits in a text is no number", () => {
    expect(read(json(), '{"card":"9007199254740993"}')).toEqual({ card: "9007199254740993" });
  });
});

test("a number beyond the largest double is refused, in both ways", () => {
  for (const serde of [json(), whole]) {
    expect(outcome(() => read(serde, '{"x":[1e400]}'))).toContain(
      "at .x[0]: a number does not hold 1e400. It is beyond the largest double.",
    );
    expect(outcome(() => read(serde, "-1.5E+999"))).toContain("-1.5E+999");
    expect(read(serde, "[1e308,-0.1e1,0.1000000000000000055511151]")).toEqual([1e308, -1, 0.1]);
  }
});

describe("a value that JSON would change or leave out", () => {
  class Point {
    readonly x = 1;
  }
  class Money {
    readonly #cents: number;
    constructor(cents: number) {
      this.#cents = cents;
    }
    toJSON(): number {
      return this.#cents;
    }
  }
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  const lost: readonly (readonly [unknown, string, string])[] = [
    [Number.NaN, "", "NaN"],
    [{ avg: Number.NaN }, ".avg", "NaN"],
    [{ a: [1, { "the max": Number.POSITIVE_INFINITY }] }, '.a[1]["the max"]', "Infinity"],
    [[-1 / 0], "[0]", "-Infinity"],
    [[1, undefined], "[1]", "undefined would become null"],
    [{ a: Buffer.from("x") }, ".a", "Buffer"],
    [Buffer.from("x"), "", "serde `bytes`"],
    [new Uint8Array(2), "", "Uint8Array"],
    [{ a: new Float64Array(2) }, ".a", "Float64Array"],
    [new ArrayBuffer(2), "", "ArrayBuffer"],
    [new DataView(new ArrayBuffer(2)), "", "DataView"],
    [{ tags: new Set(["a"]) }, ".tags", "[...set]"],
    [new Map([["a", 1]]), "", "Object.fromEntries(map)"],
    [{ later: Promise.resolve(1) }, ".later", "Promise"],
    [{ fail: new RangeError("x") }, ".fail", "error.message"],
    [{ pattern: /x/ }, ".pattern", "RegExp"],
    [{ weak: new WeakMap() }, ".weak", "WeakMap"],
    [new URLSearchParams("a=1"), "", "URLSearchParams"],
    [[1, 2][Symbol.iterator](), "", "Iterator"],
    [{ run: () => 1 }, ".run", "function"],
    [{ mark: Symbol("x") }, ".mark", "symbol"],
    [{ at: new Date(Number.NaN) }, ".at", "invalid Date"],
    [{ n: new Money(Number.NaN) }, ".n", "NaN"],
    // oxlint-disable-next-line no-new-wrappers, unicorn/new-for-builtins
    [{ boxed: new Number(Number.NaN) }, ".boxed", "NaN"],
    [{ id: 1n }, ".id", 'json({ integers: "bigint" })'],
    [cycle, ".self.self", "cycle"],
    [undefined, "", "undefined"],
    [() => 1, "", "function"],
  ];

  test.each(lost)("is refused with its place: %o", (value, path, reason) => {
    const message = outcome(() => written(json(), value));
    expect(message).toContain('STREAMS_SERIALIZATION: Serde "json" cannot write the value');
    expect(message).toContain(reason);
    expect(message).toContain(path === "" ? "" : `at ${path}`);
    expect(() => json().sizeMax(value)).toThrow(SerializationError);
  });

  test("is not one that JSON carries in its way", () => {
    const carried: readonly (readonly [unknown, string])[] = [
      [{ a: undefined, b: null }, '{"b":null}'],
      [new Point(), '{"x":1}'],
      [{ at: new Date(0) }, '{"at":"1970-01-01T00:00:00.000Z"}'],
      [new Money(5), "5"],
      [{ toJSON: () => [1] }, "[1]"],
      [{ url: new URL("http://a/") }, '{"url":"http://a/"}'],
      [Object.assign(Object.create(null) as object, { a: 1 }), '{"a":1}'],
      ["\ud800", String.raw`"\ud800"`],
      [{}, "{}"],
      [[], "[]"],
      [true, "true"],
    ];
    for (const [value, text] of carried) expect(written(json(), value)).toBe(text);
    expect(read(json(), String.raw`"\ud800"`)).toBe("\ud800");
  });
});

test("bytes that are no UTF-8 are refused, and the replacement character itself is not", () => {
  expect(outcome(() => read(json(), Buffer.from([0x22, 0xff, 0x22])))).toContain("the bytes are no UTF-8");
  expect(read(json(), '"\ufffd"')).toBe("\ufffd");
});

test("a byte order mark is skipped, and nesting ends at a thousand levels", () => {
  expect(read(json(), "\ufeff[1]")).toEqual([1]);
  const nested = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);
  expect(outcome(() => read(json(), nested(1000)))).toBeInstanceOf(Array);
  expect(outcome(() => read(json(), nested(100_000)))).toContain("nested deeper than 1000 levels");
});

test("options and schemas are told apart, and anything else is refused", () => {
  const callable = Object.assign(() => undefined, {
    "~standard": { version: 1, vendor: "own", validate: (value: unknown) => ({ value: `${String(value)}!` }) },
  } as const);
  expect(read(json(callable), "1")).toBe("1!");
  expect(read(json({ integers: "number" }), "1")).toBe(1);
  for (const wrong of [{ integer: "bigint" }, { integers: "long" }, { parse: () => 1 }, 7, null, "bigint"]) {
    expect(() => json(wrong as JsonOptions)).toThrow(InvalidArgumentError);
  }
});
