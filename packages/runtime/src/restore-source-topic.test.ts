import { string, type Topology } from "@millrace/core";
import { StreamsBuilder } from "@millrace/dsl";
import { expect, test } from "vitest";
import { happens } from "../../../test/support/scene.ts";

/** Clicks beside the users' names; the users' topic is the table's changelog. */
function joining(): Topology {
  const builder = new StreamsBuilder();
  const users = builder.table("users", { key: string, value: string, as: "users" });
  users.toStream().to("changes", { value: string });
  builder
    .stream("clicks", { key: string, value: string })
    .join(users, (click, user) => `${click} by ${user}`)
    .to("out", { value: string });
  return builder.build({ optimization: ["reuse.ktable.source.topics"] });
}

test("a table whose source topic is its changelog has no other, and is restored from it", () =>
  happens(async (scene) => {
    await scene.topics(["users", "clicks", "changes", "out"]);
    await scene.sendTexts("users", ["Ann", "Anne"], "1");
    const first = await scene.start(joining());
    await scene.processed(first, 2);
    await first.streams.close();
    const topics = await scene.cluster.user.client.admin.listTopics();
    expect(topics.map(({ name }) => name).filter((name) => name.endsWith("-changelog"))).toEqual([]);
    await scene.sendTexts("clicks", ["home"], "1");
    const second = await scene.start(joining());
    await scene.processed(second, 1);
    await second.streams.close();
    expect(await scene.readTexts("out")).toEqual(["1=home by Anne"]);
  }));

test("what of the source topic is not committed is not restored but read, and sent on with what was there before", () =>
  happens(async (scene) => {
    await scene.topics(["users", "clicks", "changes", "out"]);
    await scene.sendTexts("users", ["Ann"], "1");
    const first = await scene.start(joining());
    await scene.processed(first, 1);
    await first.streams.close();
    await scene.sendTexts("users", ["Bob"], "2");
    const restored: string[] = [];
    const second = await scene.start(joining(), {
      log: (_level, text) => {
        if (text.startsWith("restoring")) restored.push(text);
      },
    });
    await scene.processed(second, 1);
    await second.streams.close();
    expect(restored).toHaveLength(1);
    expect(restored[0]).toMatch(/of 1$/);
    expect(await scene.readTexts("changes")).toEqual(["1=Ann", "2=Bob"]);
  }));

test("without a committed offset nothing is restored", () =>
  happens(async (scene) => {
    await scene.topics(["users", "clicks", "changes", "out"]);
    await scene.sendTexts("users", ["Ann", "Anne"], "1");
    const restored: string[] = [];
    const app = await scene.start(joining(), {
      autoOffsetReset: "latest",
      log: (_level, text) => {
        if (text.startsWith("restoring")) restored.push(text);
      },
    });
    await scene.sendTexts("clicks", ["home"], "1");
    await scene.processed(app, 1);
    await app.streams.close();
    expect(restored).toEqual([]);
    expect(await scene.readTexts("out")).toEqual([]);
  }));
