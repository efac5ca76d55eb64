import { expect, test } from "vitest";
import type { Headers } from "../../record/record-context.ts";
import { string } from "../../serde/string.ts";
import type { ValueFormat } from "../format/value-format.ts";
import { plainSchema } from "../schema/plain.ts";
import type { Store } from "../store.ts";
import { keyValueSpec, StoreFixture } from "../test-fixture.ts";
import { noRules } from "./entry-rules.ts";
import { StoreCore } from "./store-core.ts";

/* A format whose values keep their headers: none of the kinds that there are does, but the core must have room for one. */

const withHeaders: ValueFormat = {
  timestamped: false,
  keepsHeaders: true,
  prefixBytes: (headers) => 1 + headers.length,
  writePrefix(to, _timestampMs, headers) {
    to[0] = headers.length;
    headers.forEach(({ key }, i) => to.write(key, 1 + i, 1, "latin1"));
  },
  valueStart: ({ buffer, start }) => start + 1 + buffer[start]!,
  timestampMs: () => Number.NaN,
};

function open(fixture: StoreFixture): StoreCore<string, string> {
  return new StoreCore<string, string>(keyValueSpec({ keySerde: string, valueSerde: string }), fixture.build, {
    schema: plainSchema,
    format: withHeaders,
    rules: () => noRules,
    facade: () => ({}) as Store,
  });
}

const named = (...names: string[]): Headers => names.map((key) => ({ key, value: null }));

test.each([0, 1, 1 << 20])(
  "a format may keep a value's headers, log them, and get them back (cache of %i bytes)",
  (cacheBytes) => {
    const fixture = new StoreFixture(cacheBytes);
    const core = open(fixture);
    fixture.at(1, named("h", "i"));
    core.put("a", Number.NaN, "1", 1);
    fixture.at(2, []);
    core.put("b", Number.NaN, "2", 2);
    const cached = core.entries().map(({ key, value }) => `${key.toString()} ${value.toString("latin1")}`);
    core.flush();
    const stored = core.persistedEntries().map(({ key, value }) => `${key.toString()} ${value.toString("latin1")}`);
    expect(stored).toEqual(["a \x02hi1", "b \x002"]);
    expect(cached).toEqual(stored);
    expect(core.get("a", Number.NaN)).toBe("1");
    const logged = fixture.changelog.records.map(({ key, value, headers }) => [key.toString(), value!.toString(), headers]);
    expect(logged).toEqual([
      ["a", "1", named("h", "i")],
      ["b", "2", []],
    ]);
    const restored = open(new StoreFixture(cacheBytes));
    restored.restore(fixture.changelog.reader(), 2);
    expect(restored.entries()).toEqual(core.persistedEntries());
    core.discard();
    expect(fixture.cache.bytes).toBe(0);
  },
);
