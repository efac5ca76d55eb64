import { readFileSync } from "node:fs";
import { dropReasons } from "@millrace/core";
import { expect, test } from "vitest";
import { dropped } from "./errors.ts";

test("a handler drops what it says", () => {
  expect(dropped()).toBe(1);
});

test("the page on error handling has every reason for which records are dropped", () => {
  const page = readFileSync("docs/error-handling.md", "utf8");
  const section = page.slice(page.indexOf("## What is dropped"), page.indexOf("## How it is seen"));
  const shown = [...section.matchAll(/^\| ([^|]*) \|/gm)].flatMap(([, cell = ""]) => [...cell.matchAll(/`([^`]+)`/g)]);
  expect(new Set(shown.map(([, reason]) => reason))).toEqual(new Set(Object.keys(dropReasons)));
});
