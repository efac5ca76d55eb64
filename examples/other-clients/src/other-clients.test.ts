import { Broker } from "@millrace/broker-lite";
import { KafkaStreams } from "millrace";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { visitCounts } from "./topology.ts";
import * as withKafkajs from "./with-kafkajs.ts";
import * as withPlatformatic from "./with-platformatic.ts";

test("producers and consumers of other clients work beside an application on the same topics", async () => {
  await using broker = await Broker.start();
  const brokers = [String(broker.address)];
  await broker.createTopic({ name: "visits", partitions: 4 });
  await broker.createTopic({ name: "visit-counts", partitions: 4 });
  const stateDirectory = mkdtempSync(join(tmpdir(), "millrace-other-clients-"));
  const streams = new KafkaStreams(visitCounts(), { applicationId: "visits", brokers, stateDirectory, commitIntervalMs: 10 });
  await streams.start();

  // Each page's visits are counted together only if both clients send them to the same partition.
  const pages = Array.from({ length: 20 }, (_each, index) => `/page-${String(index)}`);
  await withKafkajs.sendVisits(brokers, pages);
  await withPlatformatic.sendVisits(brokers, pages);
  const all = new Map(pages.map((page) => [page, 2]));
  for (const read of [withKafkajs.readCounts, withPlatformatic.readCounts]) {
    let seen: ReadonlyMap<string, number> = new Map();
    await read(brokers, (counts) => {
      seen = counts;
      return pages.every((page) => counts.get(page) === 2);
    });
    expect(new Map(seen)).toEqual(all);
  }
  await streams.close();
  rmSync(stateDirectory, { recursive: true });
});
