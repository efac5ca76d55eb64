import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { nodePlatform } from "@millrace/platform/node";
import { metadata } from "@millrace/protocol";
import { expect, test } from "vitest";
import { WireClient } from "./testing/wire-client.ts";

const main = fileURLToPath(new URL("./main.ts", import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

function run(args: readonly string[]): { process: ChildProcess; line: Promise<string>; ended: Promise<Ended> } {
  const child = spawn(process.execPath, ["--conditions=millrace-source", main, ...args], { stdio: ["ignore", "pipe", "pipe"] });
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

test.each([
  [[], /--port is missing/],
  [["--port", "many"], /takes a number/],
  [["--port", "1", "--set", "num.partition=1"], /Did you mean "num.partitions"/],
  [["--port", "1", "--memory", "--data", "x"], /exclude each other/],
  [["--port", "1", "--colour"], /--colour/],
])("%j is answered with the usage", async (args, problem) => {
  const { code, error } = await run(args).ended;
  expect(code).toBe(2);
  expect(error).toMatch(problem);
  expect(error).toContain("usage: broker");
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
