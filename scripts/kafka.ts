import { execFile, spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "./run.ts";

const execute = promisify(execFile);
const script = join(root, "..", "shared", "kafka", "kafka");

/** Why Apache Kafka cannot be started here; null if it can. */
export function kafkaMissing(): string | null {
  if (process.env["MILLRACE_JAVA"] === "0") return "MILLRACE_JAVA=0";
  return existsSync(script) && spawnSync("java", ["-version"]).status === 0 ? null : "Java 17 and ../shared/kafka are needed";
}

/** One or three brokers of Apache Kafka in processes of their own. */
export class KafkaCluster implements AsyncDisposable {
  /** `host:port` of each. */
  readonly brokers: readonly string[];
  readonly #folder: string;

  private constructor(brokers: readonly string[], folder: string) {
    this.brokers = brokers;
    this.#folder = folder;
  }

  /** @param settings makes settings of the brokers, such as further listeners, from the first one's port */
  static async start(
    brokerCount: 1 | 3,
    settings: (port: number) => Readonly<Record<string, string>> = () => ({}),
  ): Promise<KafkaCluster> {
    const folder = mkdtempSync(join(tmpdir(), "millrace-kafka-"));
    try {
      const port = await freePort();
      const size = ["--brokers", String(brokerCount), "--port", String(port)];
      const overrides = Object.entries(settings(port)).flatMap(([key, value]) => ["-D", `${key}=${value}`]);
      const { stdout } = await execute(script, ["start", "--dir", folder, ...size, ...overrides], { timeout: 180_000 });
      return new KafkaCluster(stdout.trim().split(","), folder);
    } catch (error) {
      await remove(folder);
      throw error;
    }
  }

  /** SIGKILL. @param number from 1 */
  async kill(number: number): Promise<void> {
    await execute(script, ["kill-broker", String(number), "--dir", this.#folder]);
  }

  /** In good order: what it leads and coordinates moves to the others. @param number from 1 */
  async stop(number: number): Promise<void> {
    await execute(script, ["stop-broker", String(number), "--dir", this.#folder]);
  }

  /** The broker that coordinates a group, and its number from 1. */
  async coordinator(groupId: string): Promise<{ readonly number: number; readonly host: string }> {
    const describe = ["run", "--dir", this.#folder, "consumer-groups", "--describe", "--state", "--group", groupId];
    const { stdout } = await execute(script, describe, { timeout: 60_000 });
    const [, host = "", number = ""] = /\s(\S+:\d+)\s+\((\d+)\)\s/.exec(stdout) ?? [];
    return { number: Number(number), host };
  }

  /** Resolves when all that were killed or stopped serve requests again. */
  async restart(): Promise<void> {
    await execute(script, ["start", "--dir", this.#folder]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await remove(this.#folder);
  }
}

async function remove(folder: string): Promise<void> {
  await execute(script, ["stop", "--dir", folder, "--wipe"]);
  rmSync(folder, { recursive: true, force: true });
}

/**
 * A port that is free, together with the two next ones and those ten above, which a cluster takes as well. From below those that the
 * system gives to outgoing connections: one of these must not have it when a broker comes back.
 */
async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_000);
    const free = [0, 1, 2, 10, 11, 12].map((offset) => isFree(port + offset));
    if ((await Promise.all(free)).every(Boolean)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
