import { expect, test } from "vitest";
import { javaHashOrder, javaHashOrderOfCopy } from "./java-hash.ts";

// The expected orders were printed by Java 17. (From 19 on a copied set of twelve is no longer larger; Kafka's own records are older.)
const letters = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "z"].map((letter) => `${letter}-topic`);

function order(text: string): string[] {
  return text.split(" ").map((letter) => `${letter}-topic`);
}

test("strings come in the order of their buckets", () => {
  expect(javaHashOrder(["banana", "apple", "cherry", "apple"])).toEqual(["banana", "apple", "cherry"]);
  expect(javaHashOrder(letters)).toEqual(order("e h f i z d k b j g c a"));
});

test("the thirteenth string doubles the buckets", () => {
  expect(javaHashOrder([...letters, "ä-topic"])).toEqual(order("h i z b g ä c e f d k j a"));
});

test("a copied set of twelve has the buckets of thirteen", () => {
  expect(javaHashOrderOfCopy(letters)).toEqual(order("h i z b g c e f d k j a"));
});

test("strings of one bucket keep the order in which they were added", () => {
  // "Aa" and "BB" have the same hash.
  expect(javaHashOrder(["Aa", "BB"])).toEqual(["Aa", "BB"]);
  expect(javaHashOrder(["BB", "Aa"])).toEqual(["BB", "Aa"]);
});
