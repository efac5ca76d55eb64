import { describe, expect, test } from "vitest";
import { Change, changeSerde } from "../operator/change.ts";
import { Windowed } from "../record/windowed.ts";
import { encode } from "./encode.ts";
import { NotReadyError, SerdeBindError, UnboundSerdeError } from "./errors.ts";
import { int32 } from "./int32.ts";
import { json } from "./json.ts";
import { list } from "./list.ts";
import { Registry, withId } from "./registry-fixture.ts";
import { SerdeBindings } from "./serde-bindings.ts";
import type { Serde } from "./serde.ts";
import { serde } from "./simple-serde.ts";
import { string } from "./string.ts";
import { windowed } from "./windowed.ts";

const wrappers: [string, (inner: Serde<string>) => Serde<any>, unknown][] = [
  ["windowed", (inner) => windowed(inner, 10), new Windowed("a", 20, 30)],
  ["list", (inner) => list(inner), ["a", null, "b"]],
  ["list of lists", (inner) => list(list(inner)), [["a"], null, ["b"]]],
  ["change", (inner) => changeSerde(inner), new Change("new", "old")],
];

describe.each(wrappers)("a serde within %s", (_, wrap, value) => {
  test("is bound to topic and role at once, if it binds at once", () => {
    const registry = new Registry();
    const bound = wrap(registry.texts).bind!("t", "value") as Serde<unknown>;
    expect(registry.subjects).toEqual(["t-value"]);
    const bytes = encode(value, bound);
    expect(bound.read(bytes, 0, bytes.length)).toEqual(value);
  });

  test("is bound late, if that takes time", async () => {
    const registry = new Registry();
    registry.bindsAtOnce = false;
    const binding = wrap(registry.texts).bind!("t", "key");
    expect(binding).toBeInstanceOf(Promise);
    await registry.bindAll();
    const bytes = encode(value, await binding);
    expect(bytes.length).toBeGreaterThan(5);
  });

  test("lets its reader wait", async () => {
    const registry = new Registry();
    const bytes = encode(value, wrap(registry.texts).bind!("t", "value") as Serde<unknown>);
    registry.forget();
    expect(() => wrap(registry.texts).read(bytes, 0, bytes.length)).toThrow(NotReadyError);
    await registry.answer(101);
    expect(wrap(registry.texts).read(bytes, 0, bytes.length)).toEqual(value);
  });
});

test("a wrapper of a serde that needs no binding needs none", () => {
  for (const [, wrap] of wrappers) expect(wrap(string).bind).toBe(undefined);
  for (const each of [string, int32, json()]) expect(each.bind).toBe(undefined);
});

test("a serde of two functions says that it is not ready, and is bound", () => {
  const registry = new Registry();
  const own = serde<string>({
    serialize: (text) => Buffer.from(text),
    deserialize: (bytes) => registry.texts.read(bytes, 0, bytes.length),
    bind: () => registry.texts,
  });
  expect(() => own.read(withId(3, "a"), 0, 6)).toThrow(NotReadyError);
  expect(own.bind!("t", "key")).toBe(registry.texts);
  expect(() => serde({ serialize: Buffer.from, deserialize: String, bind: 1 } as never)).toThrow(/needs a function/);
});

describe("bindings", () => {
  test("bind each serde once for a user, ahead or when it is used", async () => {
    const registry = new Registry();
    const bindings = new SerdeBindings();
    expect(bindings.bind('sink "a"', registry.texts, "t", "value")).toBe(undefined);
    const bound = bindings.of('sink "a"', registry.texts, "t", "value");
    expect(bindings.of('sink "a"', registry.texts, "t", "value")).toBe(bound);
    registry.bindsAtOnce = false;
    const binding = bindings.bind('sink "b"', registry.texts, "u", "key");
    await registry.bindAll();
    await binding;
    expect(encode("x", bindings.of('sink "b"', registry.texts, "u", "key"))).toEqual(withId(102, "x"));
    expect(bindings.of('sink "b"', string, "u", "key")).toBe(string);
  });

  test("refuse a promise where nothing can wait, and take over its rejection", () => {
    const rejecting: Serde<string> = { ...string, bind: () => Promise.reject(new RangeError("no")) };
    expect(() => new SerdeBindings().of('sink "a"', rejecting, "t", "value")).toThrow(UnboundSerdeError);
  });

  test("tell topic and role of a failure, and whether another attempt makes sense", async () => {
    const failing = (error: Error): Serde<string> => ({ ...string, bind: () => Promise.reject(error) });
    const tried = (of: Serde<string>): Promise<unknown> =>
      new SerdeBindings().bind("it", of, "t", "value")!.then(
        () => null,
        (error: unknown) => error,
      );
    const error = await tried(failing(new RangeError("no connection")));
    expect(error).toMatchObject({ code: "STREAMS_SERDE_BIND_FAILED", retriable: true });
    expect((error as Error).message).toMatch(/"string" could not be bound to the values of topic "t": no connection\./);
    expect(await tried(failing(Object.assign(new Error("forbidden"), { retriable: false })))).toMatchObject({ retriable: false });
    const throwing: Serde<string> = {
      ...string,
      bind: () => {
        throw new RangeError("no");
      },
    };
    expect(() => new SerdeBindings().of("it", throwing, "t", "key")).toThrow(SerdeBindError);
  });

  test("refuse what is no serde", async () => {
    const wrong = { ...string, bind: () => Promise.resolve({} as never) };
    await expect(new SerdeBindings().bind("it", wrong, "t", "key")).rejects.toThrow(/could not be bound|is no serde/);
    expect(() => new SerdeBindings().of("it", { ...string, bind: () => 1 as never }, "t", "key")).toThrow(/is no serde/);
  });
});
