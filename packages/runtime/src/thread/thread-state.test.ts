import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { movesDrawn, movesOf } from "../state-machine-fixture.ts";
import { threadMoves, ThreadState, threadStates, type ThreadStateName } from "./thread-state.ts";

const names = Object.keys(threadStates) as ThreadStateName[];
const ways: Record<ThreadStateName, readonly ThreadStateName[]> = {
  starting: [],
  partitionsRevoked: ["partitionsRevoked"],
  partitionsAssigned: ["partitionsRevoked", "partitionsAssigned"],
  running: ["partitionsRevoked", "partitionsAssigned", "running"],
  lost: ["lost"],
  pendingShutdown: ["pendingShutdown"],
  closing: ["pendingShutdown", "closing"],
  failed: ["failed"],
  dead: ["failed", "dead"],
};

function stateIn(name: ThreadStateName): ThreadState {
  const state = new ThreadState();
  for (const next of ways[name]) state.moveTo(next);
  expect(state.name).toBe(name);
  return state;
}

/** State to which an event leads from each state that it changes. */
function after(event: (state: ThreadState) => void): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const state = stateIn(name);
      event(state);
      return state.name === name ? [] : [[name, state.name]];
    }),
  );
}

test("the drawing shows exactly the moves that the table allows", () => {
  const drawn = movesDrawn(readFileSync(new URL("./thread-state.ts", import.meta.url), "utf8"));
  expect(drawn).toEqual(movesOf(threadMoves));
  expect(movesOf(threadMoves).length).toBe(26);
});

test("every state but the last leads to the end, and a state that may process may commit", () => {
  for (const name of names) {
    const { process, commit, next } = threadStates[name];
    expect([name, next.length > 0]).toEqual([name, name !== "dead"]);
    expect(process && !commit).toBe(false);
  }
});

test("a stop asks for a last commit, but not where others may have the tasks", () => {
  const stopped = { starting: "pendingShutdown", partitionsRevoked: "pendingShutdown", partitionsAssigned: "pendingShutdown" };
  expect(after((state) => state.stop())).toEqual({ ...stopped, running: "pendingShutdown", lost: "closing" });
});

test("a loss ends the right to process and to commit, also during the last commit", () => {
  const lost = { starting: "lost", partitionsRevoked: "lost", partitionsAssigned: "lost", running: "lost" };
  expect(after((state) => state.lose())).toEqual({ ...lost, pendingShutdown: "closing" });
  for (const name of ["lost", "closing"] as const) {
    const state = stateIn(name);
    expect([state.mayProcess, state.mayCommit, state.lose()]).toEqual([false, false, false]);
  }
});

test("a failure ends each state but the last ones", () => {
  const failed = names.filter((name) => name !== "failed" && name !== "dead").map((name) => [name, "failed"]);
  expect(after((state) => state.fail())).toEqual(Object.fromEntries(failed));
});

test("an assignment that the thread has left meanwhile is not taken up", () => {
  expect(after((state) => state.tookUp())).toEqual({ partitionsRevoked: "partitionsAssigned" });
});

test("a move that the table does not have is a failed assertion", () => {
  expect(() => stateIn("dead").moveTo("running")).toThrow('leads from "dead" to "running"');
});
