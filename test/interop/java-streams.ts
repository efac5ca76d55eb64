import { spawn, spawnSync, type ChildProcessByStdio } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import type { Readable, Writable } from "node:stream";

/** Builds Java's programs when it is called first, and knows their class path. */
const builder = resolve("..", "shared", "bench", "jb");

/** Why Kafka Streams for Java cannot be run here; null if it can. */
export function javaMissing(): string | null {
  if (process.env["MILLRACE_JAVA"] === "0") return "MILLRACE_JAVA=0";
  if (!existsSync(builder)) return "no folder ../shared with Java's Kafka Streams";
  return spawnSync("javac", ["-version"]).status === 0 ? null : "no Java compiler";
}

/** Compiles `java/Continued.java` into a folder. @returns the class path to run it with */
export function compile(folder: string): string {
  // A class that is not there: the launcher tells the class path, and ends.
  const settings = spawnSync(builder, ["Nothing"], {
    encoding: "utf8",
    env: { ...process.env, JB_OPTS: "-XshowSettings:properties" },
  });
  const jars = settings.stderr.match(/^.*\.jar$/gm)?.map((line) => line.replace(/^.* /, "")) ?? [];
  const source = join(import.meta.dirname, "java", "Continued.java");
  const compiled = spawnSync("javac", ["-cp", jars.join(delimiter), "-d", folder, source], { encoding: "utf8" });
  if (compiled.status !== 0) throw new TypeError(`javac failed: ${compiled.stderr}${settings.stderr}`);
  return [folder, ...jars].join(delimiter);
}

/** A Kafka Streams application of Java in a process of its own; see `java/Continued.java`. */
export class JavaStreams {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #ended: Promise<number | null>;
  #output = "";
  #errors = "";
  #changed: () => void = () => undefined;

  constructor(classPath: string, settings: Readonly<Record<string, string>>) {
    // For a run of seconds the second compiler costs more than it gives.
    const options = ["-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"];
    const pairs = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
    this.#child = spawn("java", [...options, "-cp", classPath, "Continued", ...pairs], { stdio: ["pipe", "pipe", "pipe"] });
    this.#child.stdout.on("data", (piece: Buffer) => {
      this.#output += piece.toString();
      this.#changed();
    });
    this.#child.stderr.on("data", (piece: Buffer) => (this.#errors += piece.toString()));
    this.#ended = new Promise((done) => this.#child.on("close", done));
  }

  /** Java's `describe()`; whole once something was processed. */
  get description(): string {
    return this.#output.slice(0, this.#output.indexOf("--\n"));
  }

  /** Until it runs and has processed this many records, no more and no less. */
  async processed(count: number): Promise<void> {
    let ended = false;
    void this.#ended.then(() => {
      ended = true;
      this.#changed();
    });
    for (;;) {
      const lines = this.#output.slice(this.#output.indexOf("--\n")).split("\n").slice(0, -1);
      const found = Number(lines.findLast((line) => /^\d+$/.test(line)) ?? 0);
      if (found === count && lines.includes("RUNNING")) return;
      if (found > count || ended)
        throw new TypeError(`Java processed ${String(found)} of ${String(count)} records: ${lines.join(" ")}\n${this.#errors}`);
      await new Promise<void>((wake) => {
        this.#changed = wake;
      });
    }
  }

  /** Commits and leaves the group. @returns the exit code and what it complained of */
  async close(): Promise<readonly [code: number | null, errors: string]> {
    this.#child.stdin.end("\n");
    return [await this.#ended, this.#errors];
  }

  /** The end of a test that failed. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }
}
