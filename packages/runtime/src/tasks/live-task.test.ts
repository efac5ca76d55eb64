import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { movesDrawn, movesOf } from "../state-machine-fixture.ts";
import { taskMoves } from "./live-task.ts";

test("the drawing shows exactly the moves that the table allows", () => {
  const drawn = movesDrawn(readFileSync(new URL("./live-task.ts", import.meta.url), "utf8"));
  expect(drawn).toEqual(movesOf(taskMoves));
  expect(drawn).toEqual(["restoring>closed", "restoring>running", "running>closed"]);
});
