import { expect, test } from "vitest";
import { string as text } from "./string.ts";
import { checkSerde } from "./check-serde.ts";
import { isSerde } from "./is-serde.ts";
import { json } from "./json.ts";
import { list } from "./list.ts";
import { encode } from "./encode.ts";
import { defineSerde, type Serde } from "./serde.ts";
import { serde } from "./simple-serde.ts";

interface Point {
  x: number;
}

function points(): { readonly points: Serde<Point>; readonly calls: { encoded: number } } {
  const calls = { encoded: 0 };
  const scratch = Buffer.alloc(4);
  return {
    calls,
    points: serde<Point>({
      name: "point",
      serialize(point) {
        calls.encoded += 1;
        scratch.writeInt32BE(point.x);
        return scratch;
      },
      deserialize: (bytes) => ({ x: bytes.readInt32BE() }),
    }),
  };
}

function read<T>(of: Serde<T>, bytes: Buffer): T {
  return of.read(Buffer.concat([Buffer.from("<<"), bytes, Buffer.from(">>")]), 2, 2 + bytes.length);
}

test("a value comes back, and is encoded once a write", () => {
  const { points: serdeOfPoints, calls } = points();
  const bytes = encode({ x: 7 }, serdeOfPoints);
  expect(bytes.toString("hex")).toBe("00000007");
  expect(read(serdeOfPoints, bytes)).toEqual({ x: 7 });
  expect(calls.encoded).toBe(1);
});

test("each item of a list is encoded once, though the function fills the same buffer", () => {
  const { points: serdeOfPoints, calls } = points();
  const items = [{ x: 1 }, null, { x: 2 }, { x: 3 }];
  const bytes = encode(items, list(serdeOfPoints));
  expect(read(list(serdeOfPoints), bytes)).toEqual(items);
  expect(calls.encoded).toBe(3);
});

test("a value that changed after an announcement that nobody wrote is encoded anew", () => {
  const { points: serdeOfPoints } = points();
  const point = { x: 1 };
  serdeOfPoints.sizeMax(point);
  point.x = 2;
  expect(encode(point, serdeOfPoints).toString("hex")).toBe("00000002");
});

test("what the functions return is checked, and what they throw is told with the serde's name", () => {
  const wrong = (serialize: unknown, deserialize: unknown): Serde<unknown> =>
    serde({ name: "own", serialize: serialize as never, deserialize: deserialize as never });
  for (const result of ["text", null, undefined, [1], Promise.reject(new RangeError("later"))]) {
    expect(() =>
      encode(
        1,
        wrong(
          () => result,
          () => 1,
        ),
      ),
    ).toThrow('Serde "own" cannot write the value: its function serialize must return');
  }
  for (const result of [undefined, Promise.reject(new RangeError("later"))]) {
    expect(() =>
      read(
        wrong(
          () => Buffer.alloc(0),
          () => result,
        ),
        Buffer.alloc(1),
      ),
    ).toThrow('Serde "own" cannot read the bytes: its function deserialize must return the value itself');
  }
  const failing = wrong(
    () => {
      throw new RangeError("too large");
    },
    () => {
      throw new RangeError("too short");
    },
  );
  expect(() => encode(1, failing)).toThrow("serialize failed: too large.");
  expect(() => read(failing, Buffer.alloc(1))).toThrow("deserialize failed: too short.");
});

test("a serde that announces too little is an error with its name, whether it overruns or is cut off", () => {
  for (const announced of [0, 3, 9]) {
    const short = defineSerde<string>({
      name: "short",
      identity: "bytes",
      read: text.read,
      sizeMax: () => announced,
      write: (to, at, value) => at + to.write(value, at),
    });
    expect(() => encode("ten bytes.", short)).toThrow(/^Serde "short" wrote \d+ bytes or more, where its sizeMax announced/);
  }
  const endless = defineSerde<string>({ ...text, name: "endless", sizeMax: () => 10, write: () => undefined as never });
  expect(() => encode("x", endless)).toThrow('Serde "endless" returned undefined from write');
});

test("what is no serde is told by the nearest mistake", () => {
  expect([text, json(), list(text), points().points].every(isSerde)).toBe(true);
  const mistakes: readonly (readonly [unknown, string])[] = [
    [json, "Call it: json()."],
    [undefined, "it is undefined."],
    ["string", 'it is the string "string".'],
    [{ "~standard": { version: 1 } }, "Wrap it: json(schema)."],
    [{ serialize: () => Buffer.alloc(0), deserialize: () => 1 }, "Wrap them: serde({ serialize, deserialize })."],
    [{ encode: () => 1, decode: () => 1 }, "serde({ serialize: encode, deserialize: decode })"],
    [{ key: text, value: text }, "Give one of them."],
    [{ name: "x", read: () => 1 }, "without sizeMax, write."],
    [{ read: text.read, sizeMax: text.sizeMax, write: text.write }, "it has no name"],
  ];
  for (const [value, message] of mistakes) {
    expect(isSerde(value)).toBe(false);
    expect(() => checkSerde(value, "value")).toThrow(`value is no serde: `);
    expect(() => checkSerde(value, "value")).toThrow(message);
  }
});
