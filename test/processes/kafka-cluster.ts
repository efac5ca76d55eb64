import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);
const script = resolve("..", "shared", "kafka", "kafka");

/** One or three brokers of Apache Kafka in processes of their own, to be killed. */
export class KafkaCluster implements AsyncDisposable {
  readonly brokers: readonly string[];
  readonly #folder: string;

  private constructor(brokers: readonly string[], folder: string) {
    this.brokers = brokers;
    this.#folder = folder;
  }

  static async start(brokerCount: 1 | 3): Promise<KafkaCluster> {
    const folder = mkdtempSync(join(tmpdir(), "millrace-kafka-"));
    const size = ["--brokers", String(brokerCount), "--port", String(await freePort())];
    const { stdout } = await execute(script, ["start", "--dir", folder, ...size]);
    return new KafkaCluster(stdout.trim().split(","), folder);
  }

  /** SIGKILL. @param number from 1 */
  kill(number: number): Promise<unknown> {
    return execute(script, ["kill-broker", String(number), "--dir", this.#folder]);
  }

  /** Resolves when it serves requests again. */
  restart(number: number): Promise<unknown> {
    return execute(script, ["start-broker", String(number), "--dir", this.#folder]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await execute(script, ["stop", "--dir", this.#folder, "--wipe"]);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** With it a cluster takes the two next ones, and those ten above. */
async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer();
    const port = await new Promise<number>((done) => {
      server.listen(0, "127.0.0.1", () => {
        const address = server.address();
        done(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
    await new Promise((done) => server.close(done));
    if (port > 0 && port < 60_000) return port;
  }
}
