import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { StateMachine } from "./state-machine.ts";
import { movesDrawn, movesOf } from "./state-machine-fixture.ts";
import { streamsMoves } from "./states.ts";

const drawn = movesDrawn(readFileSync(new URL("./states.ts", import.meta.url), "utf8"));

test("the drawing shows exactly the moves that the table allows", () => {
  expect(drawn).toEqual(movesOf(streamsMoves));
  expect(drawn.length).toBe(11);
});

test("a machine moves wherever the table leads, and says where it came from", () => {
  const machine = new StateMachine("created", streamsMoves);
  const heard: string[] = [];
  machine.listen((to, from) => heard.push(`${from}>${to}`));
  machine.moveTo("rebalancing");
  expect([machine.canMoveTo("running"), machine.request("running"), machine.state]).toEqual([true, true, "running"]);
  expect(heard).toEqual(["created>rebalancing", "rebalancing>running"]);
});

test("a request that the table does not allow changes nothing and tells nobody", () => {
  const machine = new StateMachine("notRunning", streamsMoves);
  const heard: string[] = [];
  machine.listen((to, from) => heard.push(`${from}>${to}`));
  expect([machine.request("running"), machine.state, heard]).toEqual([false, "notRunning", []]);
});

test("a move that the table does not have is a failed assertion", () => {
  const machine = new StateMachine("notRunning", streamsMoves);
  expect(() => machine.moveTo("running")).toThrow('the table of states leads from "notRunning" to "running"');
  expect(machine.state).toBe("notRunning");
});

test("a listener hears of changes until it has heard enough", () => {
  const machine = new StateMachine("created", streamsMoves);
  const heard: string[] = [];
  const forget = machine.listen((to, from) => heard.push(`${from}>${to}`));
  machine.moveTo("rebalancing");
  forget();
  machine.moveTo("running");
  expect(heard).toEqual(["created>rebalancing"]);
});
