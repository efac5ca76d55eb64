import * as fc from "fast-check";
import { expect, test } from "vitest";
import { JavaTreeSet } from "./java-tree-set.ts";

test("values come sorted, each once", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 100 }), (numbers) => {
      const set = new JavaTreeSet<number>((a, b) => a - b);
      for (const number of numbers) set.add(number);
      expect(set.values()).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    }),
  );
});

test("an addition compares along one path of a balanced tree", () => {
  let comparisons = 0;
  const set = new JavaTreeSet<number>((a, b) => {
    comparisons += 1;
    return a - b;
  });
  for (let i = 0; i < 1_000; i += 1) set.add(i);
  comparisons = 0;
  set.add(1_000);
  expect(comparisons).toBeLessThanOrEqual(2 * Math.log2(1_001));
});

test("values that grew after they were added stay where they are", () => {
  const a = { name: "a", size: 1 };
  const b = { name: "b", size: 1 };
  const c = { name: "c", size: 2 };
  const set = new JavaTreeSet<typeof a>((x, y) => y.size - x.size || (x.name < y.name ? -1 : 1));
  set.add(a);
  set.add(b);
  b.size = 3;
  set.add(c); // smaller than b by now, but a is the root, and c goes before a
  expect(set.values().map(({ name }) => name)).toEqual(["c", "a", "b"]);
});
