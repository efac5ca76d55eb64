import { describe, expect, test } from "vitest";
import { UnwritableValueError } from "../bytes/errors.ts";
import { Reader } from "../bytes/reader.ts";
import {
  apiByKey,
  decodeRequestHeader,
  decodeResponseHeader,
  encodeRequest,
  encodeResponse,
  requestHeaderVersion,
  responseHeaderVersion,
  UnsupportedVersionError,
} from "./frame.ts";
import { apis, apiVersions, fetch, heartbeat, metadata, produce, saslHandshake } from "./generated/index.ts";

function fromHex(hex: string): Buffer {
  return Buffer.from(hex.replaceAll(" ", ""), "hex");
}

describe("the registry of APIs", () => {
  test("lists each API once, by rising key, and finds it by its key", () => {
    const keys = apis.map((api) => api.key);
    expect(keys).toEqual([...new Set(keys)].sort((a, b) => a - b));
    for (const api of apis) expect(apiByKey(api.key)).toBe(api);
    expect(apiByKey(9999)).toBeUndefined();
    expect(apiByKey(-1)).toBeUndefined();
  });

  test("gives flexible versions the flexible headers, but the ApiVersions response never", () => {
    expect([requestHeaderVersion(heartbeat, 3), requestHeaderVersion(heartbeat, 4)]).toEqual([1, 2]);
    expect([responseHeaderVersion(heartbeat, 3), responseHeaderVersion(heartbeat, 4)]).toEqual([0, 1]);
    expect(requestHeaderVersion(apiVersions, 4)).toBe(2);
    expect(responseHeaderVersion(apiVersions, 4)).toBe(0);
    expect(requestHeaderVersion(saslHandshake, 1)).toBe(1);
  });
});

describe("a frame", () => {
  const member = { groupId: "g", generationId: 3, memberId: "m" };

  test("of a request begins with its length and a header that reads back", () => {
    const chunks = encodeRequest(heartbeat, 4, { correlationId: 77, clientId: "app" }, member);
    const from = new Reader(Buffer.concat(chunks));
    expect(from.int32()).toBe(from.remaining);
    expect(decodeRequestHeader(from)).toEqual({ requestApiKey: 12, requestApiVersion: 4, correlationId: 77, clientId: "app" });
    expect(heartbeat.request.read(from, 4)).toEqual({ ...member, groupInstanceId: null });
    from.expectEnd();
  });

  test("of a response begins with its length and the correlation id", () => {
    const from = new Reader(Buffer.concat(encodeResponse(heartbeat, 4, 77, { errorCode: 27 })));
    expect(from.int32()).toBe(from.remaining);
    expect(decodeResponseHeader(from, heartbeat, 4)).toBe(77);
    expect(heartbeat.response.read(from, 4)).toEqual({ throttleTimeMs: 0, errorCode: 27 });
    from.expectEnd();
  });

  test("carries records without copying them", () => {
    const batch = Buffer.alloc(100_000, 7);
    const body = { acks: -1, timeoutMs: 1000, topicData: [{ name: "t", partitionData: [{ index: 0, records: [batch] }] }] };
    const chunks = encodeRequest(produce, 9, { correlationId: 1, clientId: null }, body);
    expect(chunks).toContain(batch);
    const whole = Buffer.concat(chunks);
    expect(whole.readInt32BE(0)).toBe(whole.length - 4);
    const from = new Reader(whole, 4);
    decodeRequestHeader(from);
    const { records } = produce.request.read(from, 9).topicData[0]!.partitionData[0]!;
    expect(records).toEqual(batch);
    expect(records!.buffer).toBe(whole.buffer);
  });

  test("has a readable header even in versions and of APIs that we do not speak", () => {
    const newer = fromHex("0012 0063 00000005 0001 61 00");
    expect(decodeRequestHeader(new Reader(newer))).toMatchObject({ requestApiVersion: 99, correlationId: 5, clientId: "a" });
    const unknown = fromHex("7000 0000 00000006 ffff");
    expect(decodeRequestHeader(new Reader(unknown))).toMatchObject({ requestApiKey: 0x7000, correlationId: 6, clientId: null });
  });

  test("of a version that we do not speak is refused", () => {
    const header = { correlationId: 1, clientId: null };
    expect(() => encodeRequest(heartbeat, 5, header, member)).toThrow(UnsupportedVersionError);
    expect(() => encodeResponse(fetch, 3, 1, { responses: [] })).toThrow("Choose one from 4 to 18");
  });
});

describe("a message", () => {
  test("may leave out what has a default, and reads back whole", () => {
    const body = {
      maxWaitMs: 500,
      minBytes: 1,
      topics: [{ topic: "t", partitions: [{ partition: 0, fetchOffset: 5n, partitionMaxBytes: 1024 }] }],
    };
    const from = new Reader(Buffer.concat(encodeRequest(fetch, 12, { correlationId: 1, clientId: null }, body)), 4);
    decodeRequestHeader(from);
    expect(fetch.request.read(from, 12)).toMatchObject({
      replicaId: -1,
      maxBytes: 2147483647,
      sessionEpoch: -1,
      topics: [{ topic: "t", partitions: [{ currentLeaderEpoch: -1, fetchOffset: 5n, highWatermark: 9223372036854775807n }] }],
    });
  });

  test("writes one object in every version, without the fields that a version lacks", () => {
    const body = { topics: [{ name: "t", topicId: "ASNFZ4mrze8BI0VniavN7w" }], includeTopicAuthorizedOperations: true };
    for (let version = metadata.minVersion; version <= metadata.maxVersion; version += 1) {
      const from = new Reader(Buffer.concat(encodeRequest(metadata, version, { correlationId: 1, clientId: "c" }, body)), 4);
      decodeRequestHeader(from);
      const read = metadata.request.read(from, version);
      from.expectEnd();
      expect(read.topics![0]!.name).toBe("t");
      expect(read.topics![0]!.topicId).toBe(version >= 10 ? "ASNFZ4mrze8BI0VniavN7w" : "AAAAAAAAAAAAAAAAAAAAAA");
      expect(read.includeTopicAuthorizedOperations).toBe(version >= 8);
    }
  });

  test("refuses null in versions that do not know it", () => {
    const header = { correlationId: 1, clientId: null };
    expect(() => encodeRequest(metadata, 0, header, { topics: null })).toThrow(UnwritableValueError);
    expect(() => encodeRequest(metadata, 1, header, { topics: null })).not.toThrow();
  });
});
