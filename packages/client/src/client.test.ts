import { expect, test } from "vitest";

import type { GroupMemberOptions } from "./group/group-options.ts";
import { TestCluster } from "./testing/test-cluster.ts";

const membership: GroupMemberOptions = {
  groupId: "g",
  protocols: () => [{ name: "p", metadata: Buffer.alloc(0) }],
  assign: () => new Map(),
  onAssigned: () => {},
  onRebalance: () => Promise.resolve(),
  onLost: () => {},
};

test("what is closed before the client is forgotten at once", async () => {
  const cluster = await TestCluster.start(1);
  const client = cluster.client();
  for (let i = 0; i < 3; i += 1) {
    const parts = [client.producer(), client.fetcher(), client.group(membership)];
    expect(client.partCount).toBe(3);
    for (const part of parts) await cluster.settle(part.close());
    expect(client.partCount).toBe(0);
  }
  await cluster.settle(client.close());
});

test("a close closes all that is open", async () => {
  const cluster = await TestCluster.start(1);
  const client = cluster.client();
  const producer = client.producer();
  const fetcher = client.fetcher();
  await cluster.settle(client.close());
  expect(client.partCount).toBe(0);
  await expect(producer.flush()).rejects.toMatchObject({ code: "CLIENT_CLOSED" });
  expect(() => fetcher.assign("t", 0, 0)).toThrow(expect.objectContaining({ code: "CLIENT_CLOSED" }));
});
