import { describe, expect, test } from "vitest";
import { changeSerde } from "../operator/change.ts";
import { tableGroupBy } from "../operator/table-group-by.ts";
import { tableSource } from "../operator/table-source.ts";
import { SerdeBindError, UnboundSerdeError } from "../serde/errors.ts";
import { Registry } from "../serde/registry-fixture.ts";
import { SerdeBindings } from "../serde/serde-bindings.ts";
import type { Serde } from "../serde/serde.ts";
import { string } from "../serde/string.ts";
import { windowed } from "../serde/windowed.ts";
import { bindSerdes } from "./bind-serdes.ts";
import { keyValueSpec, processor, show, sink, source, TaskFixture } from "./task-fixture.ts";

const defaults = { key: string, value: string };

/** A table of "users", grouped into a repartition topic, and a copy of two topics in "out". */
function parts(texts: Serde<any>, specMore: object = {}): Parameters<typeof bindSerdes>[0] {
  return {
    applicationId: "app",
    defaults,
    repartitionTopics: ["groups"],
    specs: [keyValueSpec("users", { valueSerde: texts, keySerde: texts, ...specMore })],
    nodes: [
      source("table", ["users"], { keySerde: texts, valueSerde: texts }),
      processor("source", ["table"], tableSource({ store: "users", sendOldValues: true }), ["users"]),
      processor(
        "group",
        ["source"],
        tableGroupBy<string, string, string, string>({ mapper: (value) => ({ key: value, value }), keySerde: texts }),
      ),
      sink("groups-sink", ["group"], "groups", { keySerde: texts, valueSerde: changeSerde(texts) }),
      source("copied", ["a", "b"], { valueSerde: texts }),
      sink("copy", ["copied"], "out", { keySerde: windowed(texts, 10), valueSerde: texts }),
    ],
  };
}

const subjects = [
  "users-key",
  "users-value",
  "app-groups-key",
  "app-groups-value",
  "a-value",
  "b-value",
  "out-key",
  "out-value",
  "app-users-changelog-key",
  "app-users-changelog-value",
];

describe("binding a task's serdes", () => {
  test("binds each to its topic and role: sources, sinks, changelogs", () => {
    const registry = new Registry();
    expect(bindSerdes(parts(registry.texts))).toBeInstanceOf(SerdeBindings);
    expect(registry.subjects).toEqual(subjects);
  });

  test("binds a store's to the source topic that serves as its changelog, and to the name of a changelog that is not written", () => {
    for (const [more, topic] of [
      [{ sourceTopicAsChangelog: "users" }, "users"],
      [{ logging: false }, "app-users-changelog"],
    ] as const) {
      const registry = new Registry();
      const { specs, ...rest } = parts(registry.texts, more);
      void bindSerdes({ ...rest, specs, nodes: [] });
      expect(registry.subjects).toEqual([`${topic}-key`, `${topic}-value`]);
    }
  });

  test("takes the defaults' place", () => {
    const registry = new Registry();
    const nodes = [source("in", ["in"]), sink("out", ["in"], "out", { valueSerde: changeSerde(null) })];
    void bindSerdes({ ...parts(string), nodes, specs: [], defaults: { key: registry.texts, value: registry.texts } });
    expect(registry.subjects).toEqual(["in-key", "in-value", "out-key", "out-value"]);
  });

  test("that takes time is done for all at the same time, and before the task is made", async () => {
    const registry = new Registry();
    registry.bindsAtOnce = false;
    const binding = bindSerdes(parts(registry.texts));
    expect(binding).toBeInstanceOf(Promise);
    expect(registry.subjects).toEqual(subjects);
    await registry.bindAll();
    const { nodes, repartitionTopics, specs } = parts(registry.texts);
    const fixture = new TaskFixture(nodes, { stores: specs, repartitionTopics, bindings: await binding });
    expect(registry.subjects).toEqual(subjects);
    expect(fixture.task.topics).toEqual(["users", "a", "b"]);
  });

  test("that failed is tried again for what failed alone", async () => {
    const asked: string[] = [];
    let isDown = true;
    const failing: Serde<string> = {
      ...string,
      bind: async (topic) => {
        asked.push(topic);
        if (isDown && topic === "out") throw new RangeError("no connection");
        return string;
      },
    };
    const nodes = [source("in", ["in"], { valueSerde: failing }), sink("out", ["in"], "out", { valueSerde: failing })];
    const bindings = new SerdeBindings();
    const options = { ...parts(string), nodes, specs: [] };
    await expect(bindSerdes(options, bindings)).rejects.toThrow(SerdeBindError);
    isDown = false;
    await bindSerdes(options, bindings);
    expect(asked).toEqual(["in", "out", "out"]);
  });

  test("that fails at once takes over the rejections of those that take time", async () => {
    const bound = (bind: () => Promise<Serde<string>>): Serde<string> => ({ ...string, bind });
    const rejecting = bound(() => Promise.reject(new RangeError("late")));
    const throwing = bound(() => {
      throw new RangeError("at once");
    });
    const nodes = [source("in", ["in"], { valueSerde: rejecting }), sink("out", ["in"], "out", { valueSerde: throwing })];
    expect(() => bindSerdes({ ...parts(string), nodes, specs: [] })).toThrow(/topic "out": at once/);
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => void unhandled.push(error);
    process.on("unhandledRejection", note);
    await new Promise((resolve) => void setImmediate(resolve));
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });
});

describe("a task whose serdes are not bound ahead", () => {
  test("binds them when it is made, if that takes no time, and keys of groups with those of their topic", () => {
    const registry = new Registry();
    const { nodes, repartitionTopics, specs } = parts(registry.texts);
    const fixture = new TaskFixture(nodes, { stores: specs, repartitionTopics });
    expect(new Set(registry.subjects)).toEqual(new Set(subjects));
    expect(registry.subjects).toHaveLength(subjects.length);
    expect(fixture.task.topics).toEqual(["users", "a", "b"]);
  });

  test("is refused otherwise, with the place", () => {
    const registry = new Registry();
    registry.bindsAtOnce = false;
    const nodes = [source("in", ["in"]), sink("copy", ["in"], "out", { valueSerde: registry.texts })];
    expect(() => new TaskFixture(nodes)).toThrow(UnboundSerdeError);
    expect(() => new TaskFixture(nodes)).toThrow(/"texts" must be bound to the values of topic "out" before sink "copy" uses it/);
  });

  test("binds at the first record for a topic that a record names", () => {
    const registry = new Registry();
    const nodes = [source("in", ["in"]), sink("copy", ["in"], (value) => value as string, { valueSerde: registry.texts })];
    const fixture = new TaskFixture(nodes);
    expect(registry.subjects).toEqual([]);
    expect(fixture.pipe("in", "k", "first", 1).map(show)).toEqual(["k=first@1"]);
    expect(registry.subjects).toEqual(["first-value"]);
    registry.bindsAtOnce = false;
    expect(() => fixture.pipe("in", "k", "second", 2)).toThrow(/must be bound to the values of topic "second"/);
  });
});
