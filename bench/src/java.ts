import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder with the Java programs and the script that starts Apache Kafka lies beside the checkout. */
const shared = join(dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url))))), "shared");
export const javaProgram: string = join(shared, "bench", "jb");
const kafka = join(shared, "kafka", "kafka");

/** Whether there is something to race against. */
export function javaIsThere(): boolean {
  return existsSync(javaProgram) && existsSync(kafka) && spawnSync("java", ["-version"]).status === 0;
}

export interface RunningKafka {
  readonly bootstrap: string;
  stop(): void;
}

/** Topics are never deleted here: the Java program deletes its output at its end, and what it wrote is to be compared. */
export function startKafka(directory: string, port: number): RunningKafka {
  const started = spawnSync(kafka, ["start", "--dir", directory, "--port", String(port), "-D", "delete.topic.enable=false"], {
    encoding: "utf8",
  });
  if (started.status !== 0) throw new TypeError(`Apache Kafka did not start: ${started.stderr}`);
  return {
    bootstrap: started.stdout.trim(),
    stop: () => void spawnSync(kafka, ["stop", "--dir", directory, "--wipe"]),
  };
}

export function preload(bootstrap: string, kind: string, records: number, partitions: number): void {
  const done = spawnSync(
    javaProgram,
    ["Preload", "--bootstrap", bootstrap, "--kind", kind, "--partitions", String(partitions), "--records", String(records)],
    { encoding: "utf8" },
  );
  if (done.status !== 0) throw new TypeError(`Topic ${kind} could not be filled: ${done.stderr}`);
}
