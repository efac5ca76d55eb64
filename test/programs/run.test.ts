import { spawn, type ChildProcess } from "node:child_process";
import { resolve } from "node:path";
import { Broker } from "@millrace/broker-lite";
import { Client, type Producer } from "@millrace/client";
import { string } from "@millrace/core";
import { nodePlatform } from "@millrace/platform/node";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

const program = resolve("test/programs/copy-program.ts");
let broker: Broker;
let client: Client;
let producer: Producer;
let address = "";
const children: ChildProcess[] = [];

beforeAll(async () => {
  broker = await Broker.start();
  address = `127.0.0.1:${String(broker.address.port)}`;
  client = Client.open({ clientId: "test", brokers: [address] }, nodePlatform());
  producer = client.producer({ lingerMs: 0 });
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});
afterAll(async () => {
  await client.close();
  await broker.close();
});

interface Program {
  readonly child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
}

function start(id: string, environment: Record<string, string> = {}): Program {
  const env = { ...process.env, NO_COLOR: "1", BROKERS: address, ID: id, ...environment };
  const child = spawn(process.execPath, ["--conditions=millrace-source", program], { env, stdio: ["ignore", "pipe", "pipe"] });
  children.push(child);
  let out = "";
  let err = "";
  child.stdout.on("data", (piece: Buffer) => (out += piece.toString()));
  child.stderr.on("data", (piece: Buffer) => (err += piece.toString()));
  return { child, stdout: () => out, stderr: () => err, ended: new Promise((done) => child.on("close", done)) };
}

async function topics(id: string, names = ["in", "out"]): Promise<void> {
  await client.admin.createTopics(names.map((name) => ({ name: `${name}-${id}`, partitionCount: 1 })));
}

async function send(id: string, ...values: string[]): Promise<void> {
  const topic = await producer.topic(`in-${id}`);
  for (const value of values) topic.append(-1, Number.NaN, "k", string, value, string, []);
  await producer.flush();
}

async function sent(id: string): Promise<number> {
  const [end] = await client.admin.listOffsets([{ topic: `out-${id}`, partition: 0 }], "latest");
  return end?.offset ?? 0;
}

const patient = { timeout: 30_000, interval: 20 };

describe("a program that ends with await streams.run()", () => {
  test("ends with code 0 and without a word at Ctrl-C, and the next start does not wait for it", async () => {
    await topics("stopped");
    const first = start("stopped");
    await expect.poll(first.stdout, patient).toContain("running");
    await send("stopped", '{"n":1}', '{"n":2}');
    await expect.poll(() => sent("stopped"), patient).toBe(2);
    first.child.kill("SIGINT");
    expect([await first.ended, first.stderr()]).toEqual([0, ""]);
    // A member that had not left would keep the group waiting for 45 seconds.
    const second = start("stopped");
    await expect.poll(second.stdout, { ...patient, timeout: 20_000 }).toContain("running");
    second.child.kill("SIGTERM");
    expect([await second.ended, await sent("stopped")]).toEqual([0, 2]);
  });

  test("ends with code 1 at a record that cannot be read, and says which and why", async () => {
    await topics("poisoned");
    await send("poisoned", '{"n":1}', "no JSON");
    const { ended, stderr, stdout } = start("poisoned");
    expect(await ended).toBe(1);
    const [line = "", ...rest] = stderr().split("\n");
    expect(line).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z ERROR The stream thread stopped: /);
    expect(line).toContain('cannot read the record at offset 1 of "in-poisoned"-0');
    expect(line).toContain("(topic in-poisoned, partition 0, offset 1, node KSTREAM-SOURCE-0000000000)");
    expect(rest).toEqual(["    caused by STREAMS_SOURCE_RECORD_UNREADABLE", "    caused by STREAMS_DESERIALIZATION", ""]);
    expect(stdout().trim().split("\n").at(-1)).toBe("error");
  });

  test("ends with code 1 where a topic is missing", async () => {
    const { ended, stderr } = start("missing");
    expect([await ended, stderr()]).toEqual([1, expect.stringContaining('Source topic "in-missing" does not exist.')]);
  });

  test("ends at once at a second signal, though no broker answers the last commit", async () => {
    await using own = await Broker.start();
    const brokers = `127.0.0.1:${String(own.address.port)}`;
    for (const name of ["in-impatient", "out-impatient"]) await own.createTopic({ name });
    await using sender = Client.open({ clientId: "test", brokers: [brokers] }, nodePlatform());
    const { child, ended, stderr, stdout } = start("impatient", { BROKERS: brokers });
    await expect.poll(stdout, patient).toContain("running");
    const to = sender.producer({ lingerMs: 0 });
    (await to.topic("in-impatient")).append(-1, Number.NaN, "k", string, '{"n":1}', string, []);
    await to.flush();
    const end = async (): Promise<unknown> =>
      (await sender.admin.listOffsets([{ topic: "out-impatient", partition: 0 }], "latest"))[0]?.offset;
    await expect.poll(end, patient).toBe(1);
    await own.close();
    child.kill("SIGINT");
    await expect.poll(stdout, patient).toContain("pendingShutdown");
    child.kill("SIGINT");
    expect([await ended, stderr()]).toEqual([130, expect.stringContaining("ending the process at once at a second SIGINT")]);
  });
});
