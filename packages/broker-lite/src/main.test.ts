import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { nodePlatform } from "@millrace/platform/node";
import { fetch, metadata, produce, RecordCursor, zeroUuid } from "@millrace/protocol";
import { afterEach, expect, test } from "vitest";
import { batchOf } from "./testing/sim-broker.ts";
import { WireClient } from "./testing/wire-client.ts";

const main = fileURLToPath(new URL("./main.ts", import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

function run(args: readonly string[]): { process: ChildProcess; line: Promise<string>; ended: Promise<Ended> } {
  const child = spawn(process.execPath, ["--conditions=millrace-source", main, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  children.push(child);
  let out = "";
  let error = "";
  child.stderr.on("data", (bytes: Buffer) => (error += bytes.toString()));
  const line = new Promise<string>((resolve) => {
    child.stdout.on("data", (bytes: Buffer) => {
      out += bytes.toString();
      if (out.includes("\n")) resolve(out.slice(0, out.indexOf("\n")));
    });
  });
  const ended = new Promise<Ended>((resolve) => void child.on("close", (code) => resolve({ code, out, error })));
  return { process: child, line, ended };
}

test.each(["SIGINT", "SIGTERM"] as const)("the broker says where it listens, serves, and stops cleanly at %s", async (signal) => {
  const broker = run(["--port", "0", "--memory", "--set", "num.partitions=4"]);
  const match = /^listening on 127\.0\.0\.1:(\d+)$/.exec(await broker.line);
  expect(match).not.toBeNull();
  const client = await WireClient.connect(nodePlatform().transport, { host: "127.0.0.1", port: Number(match![1]) });
  const answer = await client.send(metadata, 8, { topics: [{ name: "t", topicId: "AAAAAAAAAAAAAAAAAAAAAA" }] });
  expect(answer.topics[0]!.partitions).toHaveLength(4);
  broker.process.kill(signal);
  expect((await broker.ended).code).toBe(0);
});

test.each(["commit", "none"])(
  "a broker that is killed while it takes records has all it acknowledged, flush=%s",
  async (flush) => {
    const directory = mkdtempSync(join(tmpdir(), "millrace-broker-"));
    const args = ["--port", "0", "--data", directory, "--set", `flush=${flush}`, "--set", "log.segment.bytes=20000"];
    try {
      /** Values that were acknowledged, by offset. */
      const acknowledged = new Map<number, string>();
      for (let cycle = 0; ; cycle += 1) {
        const broker = run(args);
        const port = Number(/:(\d+)$/.exec(await broker.line)![1]);
        const client = await WireClient.connect(nodePlatform().transport, { host: "127.0.0.1", port });
        await client.send(metadata, 8, { topics: [{ name: "t", topicId: zeroUuid }] });
        const found = await readAll(client);
        for (const [offset, value] of acknowledged) expect(found[offset]).toBe(value);
        if (cycle === 3) {
          broker.process.kill("SIGTERM");
          expect((await broker.ended).code).toBe(0);
          break;
        }
        let answered = 0;
        const gone = new Promise<void>((resolve) => {
          // A few batches are always under way, so that the kill comes in the middle of something.
          const send = (number: number): void => {
            const value = `${cycle}.${number} `.padEnd(500, "x");
            const partitionData = [{ index: 0, records: batchOf([value], 1_700_000_000_000) }];
            client.send(produce, 9, { acks: -1, timeoutMs: 1_000, topicData: [{ name: "t", partitionData }] }).then(
              ({ responses }) => {
                const [partition] = responses[0]!.partitionResponses;
                expect(partition!.errorCode).toBe(0);
                acknowledged.set(Number(partition!.baseOffset), value);
                answered += 1;
                if (answered === 100) broker.process.kill("SIGKILL");
                send(number + 5);
              },
              () => resolve(),
            );
          };
          for (let i = 0; i < 5; i += 1) send(i);
        });
        expect((await broker.ended).code).toBeNull();
        await gone;
        expect(acknowledged.size).toBeGreaterThanOrEqual(100 * (cycle + 1));
      }
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  },
);

async function readAll(client: WireClient): Promise<string[]> {
  const values: string[] = [];
  for (;;) {
    const partitions = [{ partition: 0, fetchOffset: BigInt(values.length), partitionMaxBytes: 1_000_000 }];
    const topics = [{ topic: "t", partitions }];
    const { responses } = await client.send(fetch, 11, { maxWaitMs: 0, minBytes: 0, maxBytes: 1_000_000, topics });
    const records = responses[0]!.partitions[0]!.records ?? Buffer.alloc(0);
    if (records.length === 0) return values;
    const cursor = new RecordCursor();
    for (let at = 0; at < records.length;) {
      at = cursor.open(records, at);
      while (cursor.next()) values[cursor.offset] = records.toString("utf8", cursor.valueStart, cursor.valueEnd);
    }
  }
}

test.each([
  [["--port", "many"], /--port takes a whole number from 0 to 65535, and not "many"/],
  [["--set", "num.partition=1"], /Did you mean "num.partitions"/],
  [["--memory", "--data", "x"], /exclude each other/],
  [["--memroy"], /no option "--memroy"; the nearest is "--memory"/],
  [["--advertise", "0.0.0.0:9092"], /"advertised.listeners" has the value "0.0.0.0:9092", but needs one host:port/],
])("%j is answered with one sentence, and where to find more", async (args, problem) => {
  const { code, out, error } = await run(args).ended;
  expect([code, out]).toEqual([2, ""]);
  expect(error).toMatch(problem);
  expect(error.trimEnd().split("\n")).toHaveLength(1);
  expect(error).toContain('"broker-lite --help"');
});

test("--help lists every option on standard output", async () => {
  const { code, out, error } = await run(["--help", "--port"]).ended;
  expect([code, error]).toEqual([0, ""]);
  for (const option of ["port", "host", "advertise", "data", "memory", "set", "verbose"]) expect(out).toContain(`--${option} `);
});

test("a directory that another broker uses, or that cannot be one, is told in a sentence", async () => {
  const directory = mkdtempSync(join(tmpdir(), "millrace-broker-"));
  try {
    const broker = run(["--port", "0", "--data", directory]);
    await broker.line;
    const second = await run(["--port", "0", "--data", directory]).ended;
    expect(second).toMatchObject({
      code: 1,
      error: expect.stringMatching(/^BROKER_DATA_DIRECTORY: .*another broker uses it/) as string,
    });
    const within = await run(["--port", "0", "--data", join(directory, "meta.properties", "x")]).ended;
    expect(within).toMatchObject({ code: 1, error: expect.stringMatching(/^BROKER_DATA_DIRECTORY: .*ENOTDIR/) as string });
    for (const { error } of [second, within]) expect(error.trimEnd().split("\n")).toHaveLength(1);
    broker.process.kill("SIGTERM");
    expect((await broker.ended).code).toBe(0);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

test("the address of --advertise is what clients are told", async () => {
  const broker = run(["--port", "0", "--memory", "--advertise", "kafka.example:19092"]);
  const port = Number(/:(\d+)$/.exec(await broker.line)![1]);
  const client = await WireClient.connect(nodePlatform().transport, { host: "127.0.0.1", port });
  const { brokers } = await client.send(metadata, 8, { topics: [] });
  expect(brokers.map(({ host, port: told }) => `${host}:${told}`)).toEqual(["kafka.example:19092"]);
  client.close();
  broker.process.kill("SIGTERM");
  expect((await broker.ended).code).toBe(0);
});

test("a port in use is told, with its code", async () => {
  const server = createServer();
  const port = await new Promise<number>(
    (resolve) => void server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)),
  );
  const { code, error } = await run(["--port", String(port), "--memory"]).ended;
  server.close();
  expect(code).toBe(1);
  expect(error).toContain("BROKER_LISTEN_FAILED");
  expect(error).toContain(`127.0.0.1:${port}`);
});
