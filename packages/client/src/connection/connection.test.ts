import type { Connection, Platform } from "@millrace/platform";
import { Simulation } from "@millrace/platform/sim";
import {
  type Api,
  apiVersions,
  decodeRequestHeader,
  encodeResponse,
  ErrorCode,
  FrameAssembler,
  heartbeat,
  type HeartbeatResponse,
  metadata,
  Reader,
} from "@millrace/protocol";
import { describe, expect, test } from "vitest";

import { type ClientContext, clientContext } from "../context.ts";
import {
  BrokerUnreachableError,
  ClosedError,
  ConnectionLostError,
  MalformedResponseError,
  RequestTimeoutError,
  UnsupportedVersionError,
} from "../errors.ts";
import { Lifetime } from "../lifetime.ts";
import { BrokerLink } from "./broker-link.ts";
import { BrokerConnection } from "./connection.ts";

const address = { host: "broker", port: 9092 };

/** Reaction of a peer to each frame; it writes bytes by itself. */
type Peer = (frame: Buffer, connection: Connection, header: { apiKey: number; version: number; correlationId: number }) => void;

interface World {
  readonly simulation: Simulation;
  readonly context: ClientContext;
  readonly lifetime: Lifetime;
  readonly accepted: Connection[];
}

async function world(peer: Peer | null): Promise<World> {
  const simulation = new Simulation(7);
  const platform: Platform = simulation.platform("client");
  const context = clientContext(
    {
      clientId: "c",
      brokers: ["broker:9092"],
      requestTimeoutMs: 1_000,
      connectionTimeoutMs: 500,
      responseBytesMax: 10_000,
    },
    platform,
  );
  const accepted: Connection[] = [];
  if (peer !== null) {
    await simulation.settle(
      simulation.platform("broker").transport.listen(address, (connection) => {
        accepted.push(connection);
        const frames = new FrameAssembler(
          { bytesMin: 0, bytesMax: 1_000_000 },
          (frame) => {
            const header = decodeRequestHeader(new Reader(frame));
            const { requestApiKey: apiKey, requestApiVersion: version, correlationId } = header;
            peer(frame, connection, { apiKey, version, correlationId });
          },
          () => {},
        );
        return { onData: (buffer, start, end) => frames.push(buffer, start, end), onDrain() {}, onClose() {} };
      }),
    );
  }
  return { simulation, context, lifetime: new Lifetime("test", platform.timers), accepted };
}

const ranges = [
  { apiKey: apiVersions.key, minVersion: 0, maxVersion: 4 },
  { apiKey: heartbeat.key, minVersion: 0, maxVersion: 3 },
];

/** Answers ApiVersions as a broker does, and the rest by `other`. */
function broker(other: Peer): Peer {
  return (frame, connection, header) => {
    if (header.apiKey === apiVersions.key) {
      connection.write(encodeResponse(apiVersions, header.version, header.correlationId, { errorCode: 0, apiKeys: ranges }));
    } else other(frame, connection, header);
  };
}

function open({ simulation, context, lifetime }: World): Promise<BrokerConnection> {
  return simulation.settle(BrokerConnection.open(address, context, lifetime, 500));
}

function beat(connection: BrokerConnection, timeoutMs = 1_000): Promise<HeartbeatResponse> {
  const api: Api<any, HeartbeatResponse, any, any> = heartbeat;
  return connection.request(api, connection.version(api), { groupId: "g", generationId: 1, memberId: "m" }, timeoutMs);
}

describe("version negotiation", () => {
  test("begins with the newest version and keeps to the smaller maximum of both sides", async () => {
    const asked: number[] = [];
    const at = await world((frame, connection, header) => {
      asked.push(header.version);
      broker(() => {})(frame, connection, header);
    });
    const connection = await open(at);
    expect(asked).toEqual([apiVersions.maxVersion]);
    expect(connection.version(heartbeat)).toBe(3);
    expect(connection.version(heartbeat, 1)).toBe(1);
    expect(() => connection.version(metadata)).toThrow(UnsupportedVersionError);
  });

  test("goes down to the version that the refusal names (KIP-511)", async () => {
    const asked: number[] = [];
    const at = await world((_frame, connection, { version, correlationId }) => {
      asked.push(version);
      const refused = {
        errorCode: ErrorCode.UNSUPPORTED_VERSION,
        apiKeys: [{ apiKey: apiVersions.key, minVersion: 0, maxVersion: 2 }],
      };
      if (version > 2) connection.write(encodeResponse(apiVersions, 0, correlationId, refused));
      else connection.write(encodeResponse(apiVersions, version, correlationId, { errorCode: 0, apiKeys: ranges }));
    });
    await open(at);
    expect(asked).toEqual([apiVersions.maxVersion, 2]);
  });

  test("goes down to version 0 when the refusal is an error code alone", async () => {
    const asked: number[] = [];
    const at = await world((_frame, connection, { version, correlationId }) => {
      asked.push(version);
      const bare = Buffer.alloc(10);
      bare.writeInt32BE(6, 0);
      bare.writeInt32BE(correlationId, 4);
      bare.writeInt16BE(ErrorCode.UNSUPPORTED_VERSION, 8);
      if (version > 0) connection.write([bare]);
      else connection.write(encodeResponse(apiVersions, 0, correlationId, { errorCode: 0, apiKeys: ranges }));
    });
    await open(at);
    expect(asked).toEqual([apiVersions.maxVersion, 0]);
  });

  test("fails with the address when nobody listens", async () => {
    const at = await world(null);
    at.simulation.host("broker");
    await expect(open(at)).rejects.toThrow(/No broker answered at broker:9092: .*Check that the broker runs/s);
    await expect(open(at)).rejects.toThrow(BrokerUnreachableError);
  });

  test("fails when what answers is not Kafka", async () => {
    const at = await world((_frame, connection) => connection.write([Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n")]));
    await expect(open(at)).rejects.toThrow(
      'The server at broker:9092 is not a Kafka broker: it speaks HTTP; look at the port in "brokers"',
    );
    await expect(open(at)).rejects.toMatchObject({ code: "CLIENT_NOT_KAFKA", retriable: false });
  });

  test("fails when nothing answers in time", async () => {
    const at = await world(() => {});
    await expect(open(at)).rejects.toMatchObject({
      code: "CLIENT_BROKER_UNREACHABLE",
      cause: { code: "CLIENT_REQUEST_TIMEOUT" },
    });
  });

  test("ends with its lifetime", async () => {
    const at = await world(() => {});
    const opening = expect(open(at)).rejects.toThrow(ClosedError);
    at.lifetime.end();
    await opening;
  });
});

describe("requests", () => {
  test("are written at once and answered in their order", async () => {
    const held: (() => void)[] = [];
    const at = await world(
      broker((_frame, connection, { version, correlationId }) => {
        held.push(() => connection.write(encodeResponse(heartbeat, version, correlationId, { errorCode: held.length })));
        if (held.length === 3) for (const answer of held.splice(0)) answer();
      }),
    );
    const connection = await open(at);
    const order: number[] = [];
    const all = Promise.all([0, 1, 2].map((i) => beat(connection).then(() => order.push(i))));
    await at.simulation.settle(all);
    expect(order).toEqual([0, 1, 2]);
    expect(connection.pendingCount).toBe(0);
  });

  test("that time out close the connection and fail all others", async () => {
    const at = await world(broker(() => {}));
    const connection = await open(at);
    const both = [beat(connection, 100), beat(connection, 500)].map((request) =>
      expect(request).rejects.toThrow(RequestTimeoutError),
    );
    await at.simulation.settle(Promise.all(both));
    expect(connection.closed).toBe(true);
    await expect(at.simulation.settle(beat(connection))).rejects.toThrow(ConnectionLostError);
  });

  test("fail when the broker closes the connection", async () => {
    const at = await world(broker((_frame, connection) => connection.end()));
    const connection = await open(at);
    await expect(at.simulation.settle(beat(connection))).rejects.toThrow(/connection to broker broker:9092 was lost/);
  });

  test.each<[string, (correlationId: number) => Uint8Array[]]>([
    ["a wrong correlation id", (id) => encodeResponse(heartbeat, 3, id + 1, { errorCode: 0 })],
    ["a cut body", (id) => [...encodeResponse(heartbeat, 3, id, { errorCode: 0 })].map((chunk) => cut(Buffer.from(chunk)))],
    ["an oversized frame", () => [Buffer.from([0x7f, 0, 0, 0])]],
    ["a frame of nothing", () => [Buffer.alloc(4)]],
  ])("fail with a typed error on %s", async (_what, answer) => {
    const at = await world(broker((_frame, connection, { correlationId }) => connection.write(answer(correlationId))));
    const connection = await open(at);
    await expect(at.simulation.settle(beat(connection))).rejects.toThrow(MalformedResponseError);
    expect(connection.closed).toBe(true);
  });

  test("are rejected when the connection is closed", async () => {
    const at = await world(broker(() => {}));
    const connection = await open(at);
    const request = expect(beat(connection)).rejects.toThrow(ClosedError);
    connection.close();
    connection.close();
    await request;
  });
});

describe("a link", () => {
  test("opens one connection for requests that come together, and another after it was lost", async () => {
    const at = await world(
      broker((_frame, connection, { version, correlationId }) => {
        connection.write(encodeResponse(heartbeat, version, correlationId, { errorCode: 0 }));
      }),
    );
    const link = new BrokerLink(address, at.context);
    const request = (): Promise<unknown> => link.request(heartbeat, { groupId: "g", generationId: 1, memberId: "m" });
    await at.simulation.settle(Promise.all([request(), request(), request()]));
    expect(at.accepted.length).toBe(1);
    at.accepted[0]!.destroy();
    await at.simulation.run(() => link.connection === null);
    await at.simulation.settle(request());
    expect(at.accepted.length).toBe(2);
    link.close();
  });

  test("pauses longer and longer between attempts while the broker is away", async () => {
    const at = await world(null);
    at.simulation.host("broker");
    const link = new BrokerLink(address, at.context);
    const failedMs: number[] = [];
    for (let i = 0; i < 6; i += 1) {
      await expect(at.simulation.settle(link.connect())).rejects.toThrow(BrokerUnreachableError);
      failedMs.push(at.simulation.elapsedMs);
    }
    const pauses = failedMs.slice(1).map((timeMs, i) => timeMs - failedMs[i]!);
    for (const [i, least] of [40, 80, 160, 320, 640].entries()) expect(pauses[i]).toBeGreaterThanOrEqual(least);
    link.close();
  });

  test("that is closed rejects what waits for a connection", async () => {
    const at = await world(() => {});
    const link = new BrokerLink(address, at.context);
    const connecting = expect(at.simulation.settle(link.connect())).rejects.toThrow(ClosedError);
    link.close();
    await connecting;
  });
});

/** The frame without its last byte, and with a length that fits. */
function cut(frame: Buffer): Buffer {
  const shorter = Buffer.from(frame.subarray(0, -1));
  shorter.writeInt32BE(shorter.length - 4);
  return shorter;
}
