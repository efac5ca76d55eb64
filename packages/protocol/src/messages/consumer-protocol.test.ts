import { describe, expect, test } from "vitest";
import { MalformedMessageError } from "../bytes/errors.ts";
import { decodeAssignment, decodeSubscription, encodeAssignment, encodeSubscription } from "./consumer-protocol.ts";
import { UnsupportedVersionError } from "./frame.ts";

describe("the consumer protocol", () => {
  test("sorts topics and owned partitions of a subscription and leaves the caller's lists alone", () => {
    const topics = ["b", "a"];
    const ownedPartitions = [
      { topic: "b", partitions: [3, 1] },
      { topic: "a", partitions: [10, 9] },
    ];
    const bytes = encodeSubscription({ topics, ownedPartitions, generationId: 4 });
    expect(decodeSubscription(bytes)).toEqual({
      topics: ["a", "b"],
      userData: null,
      ownedPartitions: [
        { topic: "a", partitions: [9, 10] },
        { topic: "b", partitions: [1, 3] },
      ],
      generationId: 4,
      rackId: null,
    });
    expect(topics).toEqual(["b", "a"]);
    expect(ownedPartitions[0]!.partitions).toEqual([3, 1]);
  });

  test("keeps the order of an assignment", () => {
    const assignedPartitions = [
      { topic: "b", partitions: [1, 0] },
      { topic: "a", partitions: [2] },
    ];
    expect(decodeAssignment(encodeAssignment({ assignedPartitions }, 1))).toEqual({ assignedPartitions, userData: null });
  });

  test("reads a later version as its own latest", () => {
    const later = Buffer.concat([encodeSubscription({ topics: ["t"], rackId: "r" }), Buffer.from("0909", "hex")]);
    later.writeInt16BE(7, 0);
    expect(decodeSubscription(later)).toMatchObject({ topics: ["t"], rackId: "r" });
  });

  test("refuses negative versions, and to write those that do not exist", () => {
    expect(() => decodeSubscription(Buffer.from("ffff00000000ffffffff", "hex"))).toThrow(MalformedMessageError);
    expect(() => decodeAssignment(Buffer.alloc(1))).toThrow(MalformedMessageError);
    expect(() => encodeSubscription({ topics: [] }, 4)).toThrow(UnsupportedVersionError);
  });
});
