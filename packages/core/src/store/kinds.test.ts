import { expect, test } from "vitest";
import { Windowed } from "../record/windowed.ts";
import { UnsupportedStoreError, WrongStoreKindError } from "./errors.ts";
import { keyValueStoreOf } from "./kinds/key-value.ts";
import { kindOf, openStore, type StoreSpec } from "./kinds.ts";
import { keyValueSpec, StoreFixture, windowSpec } from "./test-fixture.ts";
import { windowStoreOf } from "./kinds/window.ts";

const { build } = new StoreFixture(0);

test.each(["keyValue", "timestampedKeyValue"] as const)("kind %s opens a key-value store", (kind) => {
  const spec = keyValueSpec({ kind });
  const store = openStore(spec, build);
  expect(keyValueStoreOf(store.facade, "Node").spec).toBe(spec);
  expect(() => windowStoreOf(store.facade, `Node "n"`)).toThrow(WrongStoreKindError);
  expect(() => windowStoreOf(store.facade, `Node "n"`)).toThrow(
    `Node "n" asks for a window store, but store "store" is of kind "${kind}".`,
  );
  expect(kindOf(spec)).toMatchObject({ facade: "keyValue", format: { timestamped: kind === "timestampedKeyValue" } });
});

test.each(["window", "timestampedWindow"] as const)("kind %s opens a window store", (kind) => {
  const spec = windowSpec({ kind });
  const store = openStore(spec, build);
  expect(windowStoreOf(store.facade, "Node").spec).toBe(spec);
  expect(() => keyValueStoreOf(store.facade, "Node")).toThrow(WrongStoreKindError);
  expect(kindOf(spec)).toMatchObject({ facade: "window", format: { timestamped: kind === "timestampedWindow" } });
  expect(kindOf(spec).windowEndMs(spec, 20)).toBe(30);
});

test("a kind that does not exist is refused, with those that do", () => {
  for (const kind of ["versioned", "toString"]) {
    const spec = keyValueSpec({ kind: kind as "keyValue" });
    expect(() => openStore(spec, build)).toThrow(UnsupportedStoreError);
    expect(() => kindOf(spec)).toThrow("keyValue, timestampedKeyValue, timestampedWindow, window");
  }
});

test("the table that a store keeps has its keys, with their windows if it has windows", () => {
  const plain = openStore(keyValueSpec(), build);
  keyValueStoreOf<string, string>(plain.facade, "Node").put("a", "1", 5);
  const table = plain.facade.asTable();
  expect([table.get("a"), table.timestampMs, table.get("b"), table.timestampMs]).toEqual(["1", 5, null, Number.NaN]);
  const windows = openStore(windowSpec({ name: "windows" }), build);
  windowStoreOf<string, string>(windows.facade, "Node").put("a", 10, "2", 15);
  const windowed = windows.facade.asTable();
  expect([windowed.get(new Windowed("a", 10, 20)), windowed.timestampMs]).toEqual(["2", 15]);
  expect([windowed.get(new Windowed("a", 20, 30)), windowed.timestampMs]).toEqual([null, Number.NaN]);
});

test("a window store's changelog deletes what the store has dropped long since, whatever the application says of topics", () => {
  const config = (spec: StoreSpec): unknown => kindOf(spec).changelogConfig(spec, 1000);
  expect(config(keyValueSpec())).toEqual({ defaults: { "cleanup.policy": "compact" }, required: {} });
  expect(config(windowSpec({ retentionMs: 500 }))).toEqual({
    defaults: { "cleanup.policy": "compact,delete" },
    required: { "retention.ms": "1500" },
  });
  expect(config(windowSpec({ retainDuplicates: true }))).toMatchObject({ defaults: { "cleanup.policy": "delete" } });
});
