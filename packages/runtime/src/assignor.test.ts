import { expect, test } from "vitest";
import { assign, assigned, subscription } from "./assignor.ts";

const all = [0, 1, 2].map((partition) => ({ topic: "in", partition }));
const member = (
  memberId: string,
  owned: readonly { topic: string; partition: number }[],
): Parameters<typeof assign>[0][number] => ({
  memberId,
  groupInstanceId: null,
  metadata: subscription(["in"], owned),
});
const given = (assignment: Map<string, Buffer>): Record<string, number> =>
  Object.fromEntries([...assignment].map(([memberId, bytes]) => [memberId, assigned(bytes).length]));

test("one member gets every partition, the others none", () => {
  const assignment = assign([member("b", []), member("a", [])], all);
  expect(given(assignment)).toEqual({ a: 3, b: 0 });
  expect(assigned(assignment.get("a") ?? Buffer.alloc(0))).toEqual(all);
});

test("who has the partitions now keeps them", () => {
  expect(given(assign([member("a", []), member("b", all.slice(0, 2)), member("c", all.slice(2))], all))).toEqual({
    a: 0,
    b: 3,
    c: 0,
  });
});

test("empty bytes, which a member gets that the leader does not know, are no partitions", () => {
  expect(assigned(Buffer.alloc(0))).toEqual([]);
});
