import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeBatch } from "@millrace/protocol";
import { string } from "../serde/string.ts";
import { noStream } from "./fan-out.ts";
import { failOnError } from "./handlers.ts";
import { PartitionGroup, type LagLookup } from "./partition-group.ts";
import { fetched } from "./task-fixture.ts";
import { RecordQueue } from "./record-queue.ts";
import { failOnInvalidTimestamp } from "./timestamp-extractors.ts";

function queues(topics: readonly string[]): RecordQueue[] {
  return topics.map(
    (topic) =>
      new RecordQueue({
        taskId: "0_0",
        nodeName: `source-${topic}`,
        topic,
        partition: 0,
        keySerde: string,
        valueSerde: string,
        extractor: failOnInvalidTimestamp,
        handler: failOnError,
        operator: noStream,
        checkCrcs: true,
        dropsNullValues: false,
        row: 0,
        lookUpTimeoutMs: 1_000,
        onLookUp: () => undefined,
        dropped: () => undefined,
      }),
  );
}

function batch(offset: number, ...timestamps: number[]): Buffer {
  return encodeBatch({
    records: timestamps.map((timestamp, at) => ({ offset: offset + at, timestamp, key: null, value: null })),
  });
}

function group(topics: readonly string[], maxTaskIdleMs = 0, lag: LagLookup = () => 0): PartitionGroup {
  return new PartitionGroup(queues(topics), maxTaskIdleMs, lag);
}

/** Takes all records in the order of choice, as `topic@time`. */
function drain(from: PartitionGroup): string[] {
  const taken: string[] = [];
  for (let queue = from.poll(); queue !== null; queue = from.poll()) {
    taken.push(`${queue.topic}@${queue.headTimestampMs}`);
    queue.advance();
    if (queue.hasHead) from.offer(queue);
  }
  return taken;
}

test("the smallest head goes first, and each partition keeps its own order", () => {
  const two = group(["a", "b"]);
  two.add(two.queues[0]!, ...fetched(batch(0, 5, 1, 9)));
  two.add(two.queues[1]!, ...fetched(batch(0, 3, 7)));
  expect(drain(two)).toEqual(["b@3", "a@5", "a@1", "b@7", "a@9"]);
});

test("equal heads come in the order of Java's PriorityQueue", () => {
  const four = group(["a", "b", "c", "d"]);
  for (const queue of four.queues) four.add(queue, ...fetched(batch(0, 1, 1)));
  // Worked out by hand with siftUp and siftDown of java.util.PriorityQueue: what is polled and offered again goes to the end.
  expect(drain(four)).toEqual(["a@1", "d@1", "a@1", "d@1", "c@1", "b@1", "c@1", "b@1"]);
});

test("any records come out in an order in which no smaller head waits", () => {
  const times = fc.array(fc.array(fc.nat(20), { maxLength: 12 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(times, (lists) => {
      const many = group(lists.map((_, at) => `t${at}`));
      lists.forEach((list, at) => {
        if (list.length > 0) many.add(many.queues[at]!, ...fetched(batch(0, ...list)));
      });
      const rest = lists.map((list) => [...list]);
      for (const taken of drain(many)) {
        const [topic = "", time = ""] = taken.split("@");
        const heads = rest.flatMap((list) => (list.length > 0 ? [list[0]!] : []));
        expect(Number(time)).toBe(Math.min(...heads));
        expect(rest[Number(topic.slice(1))]!.shift()).toBe(Number(time));
      }
      expect(rest.flat()).toEqual([]);
    }),
  );
});

test("a task with something for every input is ready, whatever the lags", () => {
  const two = group(["a", "b"], 1000, () => null);
  two.add(two.queues[0]!, ...fetched(batch(0, 1)));
  two.add(two.queues[1]!, ...fetched(batch(0, 1)));
  expect(two.ready(0)).toBe(true);
});

test("an empty input of unknown or positive lag holds the task back, one of lag zero only for the idle time", () => {
  let lag: number | null = null;
  const two = group(["a", "b"], 100, () => lag);
  two.add(two.queues[0]!, ...fetched(batch(0, 1)));
  expect(two.ready(0)).toBe(false);
  lag = 3;
  expect(two.ready(1_000)).toBe(false);
  lag = 0;
  expect(two.ready(2_000)).toBe(false); // from here on it waits
  expect(two.ready(2_099)).toBe(false);
  expect(two.ready(2_100)).toBe(true);
  lag = 1; // something arrived at the broker: the wait is over, and begins anew afterwards
  expect(two.ready(2_101)).toBe(false);
  lag = 0;
  expect(two.ready(2_102)).toBe(false);
  expect(two.ready(2_202)).toBe(true);
});

test("an idle time of -1 waits for nothing, and 0 only for what the broker has", () => {
  const never = group(["a", "b"], -1, () => null);
  never.add(never.queues[0]!, ...fetched(batch(0, 1)));
  expect(never.ready(0)).toBe(true);
  const zero = group(["a", "b"], 0, () => 0);
  zero.add(zero.queues[0]!, ...fetched(batch(0, 1)));
  expect(zero.ready(0)).toBe(true);
});

test("a group without records is not ready", () => {
  expect(group(["a"], -1).ready(0)).toBe(false);
  expect(group(["a"]).poll()).toBeNull();
});
