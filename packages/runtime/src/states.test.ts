import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { StateMachine, type StreamsState } from "./states.ts";

/** The moves that the docstring draws, as `from>to`. */
function drawn(): Set<string> {
  const text = readFileSync(new URL("./states.ts", import.meta.url), "utf8");
  const lines = (/```\n([\s\S]*?) \* ```/.exec(text)?.[1] ?? "").split("\n").map((line) => line.replace(/^ \* ?/, ""));
  const moves = new Set<string>();
  for (const line of lines.filter((each) => each !== "")) {
    const parts = line.split(/ (◀?─▶) /);
    for (let i = 0; i + 2 < parts.length; i += 2) {
      for (const from of parts[i]!.split(", "))
        for (const to of parts[i + 2]!.split(", ")) {
          moves.add(`${from}>${to}`);
          if (parts[i + 1] === "◀─▶") moves.add(`${to}>${from}`);
        }
    }
  }
  return moves;
}

const states: readonly StreamsState[] = [
  "created",
  "rebalancing",
  "running",
  "pendingShutdown",
  "notRunning",
  "pendingError",
  "error",
];
const ways: Record<StreamsState, readonly StreamsState[]> = {
  created: [],
  rebalancing: ["rebalancing"],
  running: ["rebalancing", "running"],
  pendingShutdown: ["pendingShutdown"],
  notRunning: ["pendingShutdown", "notRunning"],
  pendingError: ["rebalancing", "pendingError"],
  error: ["rebalancing", "pendingError", "error"],
};

function machineIn(state: StreamsState): StateMachine {
  const machine = new StateMachine();
  for (const next of ways[state]) machine.moveTo(next);
  expect(machine.state).toBe(state);
  return machine;
}

test("the drawing shows exactly the moves that the table allows", () => {
  const possible = states.flatMap((from) => states.filter((to) => machineIn(from).moveTo(to)).map((to) => `${from}>${to}`));
  expect([...drawn()].toSorted()).toEqual(possible.toSorted());
});

test("a move that the table does not allow changes nothing and tells nobody", () => {
  const machine = machineIn("notRunning");
  const heard: string[] = [];
  machine.listen((to, from) => heard.push(`${from}>${to}`));
  expect([machine.moveTo("running"), machine.state, heard]).toEqual([false, "notRunning", []]);
});

test("a listener hears of changes until it has heard enough", () => {
  const machine = new StateMachine();
  const heard: string[] = [];
  const forget = machine.listen((to, from) => heard.push(`${from}>${to}`));
  machine.moveTo("rebalancing");
  forget();
  machine.moveTo("running");
  expect(heard).toEqual(["created>rebalancing"]);
});
