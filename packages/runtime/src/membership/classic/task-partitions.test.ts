import { expect, test } from "vitest";
import { partitionsOf, tasksIn } from "./task-partitions.ts";

const tasks = [
  { id: "0_0", partition: 0, sourceTopics: ["in", "table"] },
  { id: "0_1", partition: 1, sourceTopics: ["in", "table"] },
  { id: "1_0", partition: 0, sourceTopics: ["in-repartition"] },
];

test("a task is given when all its input partitions are", () => {
  const given = [
    { topic: "in-repartition", partition: 0 },
    { topic: "in", partition: 1 },
    { topic: "table", partition: 1 },
    { topic: "in", partition: 0 },
  ];
  expect(tasksIn(given, tasks)).toEqual(["0_1", "1_0"]);
  expect(tasksIn([], tasks)).toEqual([]);
});

test("the partitions of tasks lead back to the tasks", () => {
  const partitions = partitionsOf(["1_0", "0_0"], tasks);
  expect(partitions.map(({ topic, partition }) => `${topic} ${String(partition)}`)).toEqual([
    "in-repartition 0",
    "in 0",
    "table 0",
  ]);
  expect(tasksIn(partitions, tasks)).toEqual(["0_0", "1_0"]);
});
