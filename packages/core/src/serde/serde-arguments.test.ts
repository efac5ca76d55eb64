import { expect, test } from "vitest";
import { InvalidArgumentError } from "../errors.ts";
import { json } from "./json.ts";
import { list } from "./list.ts";
import { defineSerde } from "./serde.ts";
import { serde } from "./simple-serde.ts";
import { string } from "./string.ts";
import { windowed } from "./windowed.ts";

const untyped = { list, windowed, serde, defineSerde } as unknown as Record<string, (...given: unknown[]) => unknown>;
const f = (): void => {};

test.each<[string, unknown[], RegExp]>([
  ["list", [], /The argument of list\(\) is no serde: it is undefined/],
  ["list", [json], /Call it: json\(\)/],
  ["list", [{}], /without read, sizeMax, write/],
  ["list", [{ serializer: f, deserializer: f }], /is no serde/],
  ["list", ["string"], /it is the string "string"/],
  ["windowed", [undefined, 10], /The first argument of windowed\(\) is no serde/],
  ["windowed", [json, 10], /Call it: json\(\)/],
  ["windowed", [string], /needs the size of the windows.*but got undefined/],
  ["windowed", [string, "1m"], /needs the size of the windows.*but got the string "1m"/],
  ["windowed", [string, 0], /above 0/],
  ["serde", [], /serde\(\) needs an object as its options, such as \{ serialize \}/],
  ["serde", [{}], /serde\(\) needs the option `serialize`/],
  ["serde", [{ serialise: f, deserialise: f }], /did you mean `serialize`\?/],
  ["serde", [{ serialize: f, deserialize: f, nam: "x" }], /did you mean `name`\?/],
  ["serde", [{ serialize: f, deserialize: 5 }], /needs a function as its option `deserialize`/],
  ["defineSerde", [{}], /The argument of defineSerde\(\) is no serde: .*without read, sizeMax, write/],
  ["defineSerde", [], /is no serde: it is undefined/],
])("%s(%o) is refused where it is given", (call, given, message) => {
  expect(() => untyped[call]!(...given)).toThrow(InvalidArgumentError);
  expect(() => untyped[call]!(...given)).toThrow(message);
});
