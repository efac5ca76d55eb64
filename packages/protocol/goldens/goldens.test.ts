import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { selfTest } from "./self-test.ts";
import { type GoldenTree, NoVectorsError, readTree } from "./tree.ts";

const data = fileURLToPath(new URL("../../../test/data/protocol", import.meta.url));

function failures(tree: GoldenTree): string[] {
  return tree.goldens.flatMap((golden) => {
    const difference = golden.verify(golden.vector);
    return difference === null ? [] : [`${golden.file}: ${golden.name}: ${difference}`];
  });
}

describe("the recorded vectors of Java", () => {
  const tree = readTree(data);

  test.each([
    ["messages/", 2300],
    ["messages/frames.jsonl", 80],
    ["messages/RequestHeader.jsonl", 15],
    ["messages/ResponseHeader.jsonl", 10],
    ["batches/", 100],
    ["hashing.json", 300],
    ["errors.json", 120],
    ["embedded.json", 41],
  ])("below %s are at least %d", (prefix, least) => {
    expect(tree.goldens.filter((golden) => golden.file.startsWith(prefix)).length).toBeGreaterThanOrEqual(least);
  });

  test("hold in both directions", () => {
    expect(failures(tree)).toEqual([]);
  });

  test("fail when one fact of any class is altered", () => {
    const alterations = selfTest(tree.goldens);
    expect(alterations.length).toBeGreaterThan(1000);
    expect(alterations.filter(({ seen }) => !seen)).toEqual([]);
  });
});

describe("a tree of vectors", () => {
  function withTree<T>(files: Record<string, string>, use: (folder: string) => T): T {
    const folder = mkdtempSync(join(tmpdir(), "goldens-"));
    try {
      mkdirSync(join(folder, "messages"));
      for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
      return use(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  const line = (api: string, json: object, hex: string): string =>
    `${JSON.stringify({ api, key: 12, kind: "response", version: 0, headerVersion: 0, flexible: false, json, hex })}\n`;

  test("names what is not built as pending, with its count", () => {
    const text = line("Vote", {}, "") + line("Vote", {}, "");
    expect(withTree({ "messages/Vote.jsonl": text }, readTree).pending).toEqual(new Map([["Vote", 2]]));
  });

  test("fails with the first difference", () => {
    const wrongByte = line("Heartbeat", { errorCode: 1 }, "0002");
    const wrongVersion = line("Heartbeat", { errorCode: 1 }, "0001").replace('"version":0', '"version":77');
    const noField = line("Heartbeat", {}, "0001");
    const tree = withTree({ "messages/Heartbeat.jsonl": wrongByte + wrongVersion + noField }, readTree);
    expect(failures(tree)).toEqual([
      expect.stringContaining("writing: byte 1 of 2: 01 instead of 02"),
      expect.stringContaining("there is no version 77"),
      expect.stringContaining("writing: "),
    ]);
  });

  test("that is empty is refused", () => {
    expect(() => withTree({}, readTree)).toThrow(NoVectorsError);
  });
});
