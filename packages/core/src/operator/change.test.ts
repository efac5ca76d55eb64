import fc from "fast-check";
import { expect, test } from "vitest";
import { int64 } from "../serde/int64.ts";
import { string } from "../serde/string.ts";
import { Change, changeSerde } from "./change.ts";

const strings = changeSerde(string);

function written<V>(serde: ReturnType<typeof changeSerde<V>>, change: Change<V>): string {
  const buffer = Buffer.alloc(serde.sizeMax(change) + 3);
  return buffer.subarray(3, serde.write(buffer, 3, change)).toString("hex");
}

test.each([
  ["only a new value", new Change("1", null), "3101"],
  ["only an old value", new Change<string>(null, "5"), "3500"],
  ["both", new Change("5", "1"), "02353102"],
  ["two empty values", new Change("", ""), "0002"],
])("%s has Java's bytes", (_what, change, hex) => {
  expect(written(strings, change)).toBe(hex);
});

test("the length of a long new value takes more than one byte", () => {
  const long = "x".repeat(100);
  expect(written(strings, new Change(long, "y"))).toBe("c801" + "78".repeat(100) + "79" + "02");
  expect(written(changeSerde(int64), new Change(1, 2))).toBe("10" + "0000000000000001" + "0000000000000002" + "02");
});

test("what was written is read", () => {
  const value = fc.option(fc.oneof(fc.string(), fc.string({ minLength: 60, maxLength: 70 }), fc.constant("z".repeat(9_000))));
  fc.assert(
    fc.property(value, value, (newValue, oldValue) => {
      fc.pre(newValue !== null || oldValue !== null);
      const bytes = Buffer.from(written(strings, new Change(newValue, oldValue)), "hex");
      expect(strings.read(bytes, 0, bytes.length)).toEqual(new Change(newValue, oldValue));
    }),
  );
});

test.each([
  ["310004", new Change("1", null)],
  ["310103", new Change(null, "1")],
  ["0235310105", new Change("5", "1")],
])("the longer form %s is read too", (hex, change) => {
  const bytes = Buffer.from(hex, "hex");
  expect(strings.read(bytes, 0, bytes.length)).toEqual(change);
});

test.each(["", "3106", "03", "ff02", "013102", "ffffffffffff02", "0a3102"])("the bytes %s are refused", (hex) => {
  const bytes = Buffer.from(hex, "hex");
  expect(() => strings.read(bytes, 0, bytes.length)).toThrow(expect.objectContaining({ code: "STREAMS_DESERIALIZATION" }));
});

test("a change of nothing is refused", () => {
  expect(() => written(strings, new Change<string>(null, null))).toThrow(
    expect.objectContaining({ code: "STREAMS_SERIALIZATION" }),
  );
});

test("without an inner serde it works once the default is filled in", () => {
  expect(() => written(changeSerde<string>(null), new Change("1", null))).toThrow(
    expect.objectContaining({ code: "STREAMS_SERIALIZATION" }),
  );
  expect(written(changeSerde<string>(null).over(string), new Change("1", null))).toBe("3101");
});
