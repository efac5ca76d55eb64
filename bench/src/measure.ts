import type { EngineName } from "./engine.ts";
import { finalValues } from "./final-values.ts";
import { javaProgram } from "./java.ts";
import { partitions, type Job } from "./jobs.ts";
import { programOf } from "./programs.ts";
import { runProcess, type ProcessRun } from "./run-process.ts";

export type Side = "java" | "ours";

/** What one run of one job showed. */
export interface Run {
  readonly side: Side;
  readonly records: number;
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly peakMb: number;
  readonly startToFirstRecordMs: number;
  /** Records produced, changelog and repartition records among them. */
  readonly outputs: number;
  /** Records in the output topic, and the hash of its last values by key. */
  readonly results: number;
  readonly keys: number;
  readonly hash: string;
}

export async function measureOurs(job: Job, records: number, bootstrap: string, engine: EngineName): Promise<Run> {
  const command = [...programOf("ours"), "--bootstrap", bootstrap, "--job", job.name, "--records", String(records)];
  const ran = await runProcess([...command, "--engine", engine]);
  if (ran.code !== 0) throw failed("ours", job, ran);
  const line = JSON.parse(ran.output.trim().split("\n").at(-1) ?? "") as {
    out: string;
    outputs: number;
    wallSeconds: number;
    peakMb: number;
    startToFirstRecordMs: number;
  };
  const found = await finalValues(bootstrap, line.out);
  return {
    side: "ours",
    records,
    cpuSeconds: ran.cpuSeconds,
    ...pick(line),
    results: found.records,
    keys: found.keys,
    hash: found.hash,
  };
}

/** Its stores are in RocksDB, its default. */
export async function measureJava(job: Job, records: number, bootstrap: string, heap = "1g"): Promise<Run> {
  const before = Date.now();
  const command = [
    javaProgram,
    "StreamsBench",
    "--bootstrap",
    bootstrap,
    "--job",
    job.name,
    "--records",
    String(records),
    "--partitions",
    String(partitions),
  ];
  const ran = await runProcess(
    [...command, "--threads", "1", "--guarantee", "at_least_once", "--store", "rocksdb", "--cache", "10485760"],
    { JB_OPTS: `-Xmx${heap}` },
  );
  const line = ran.output.split("\n").find((text) => text.startsWith(`job=${job.name} `) && text.includes("cpu="));
  // Its exit code is that of the deletion at its end, which this broker refuses on purpose.
  if (line === undefined) throw failed("java", job, ran);
  const field = (name: string): number => Number(new RegExp(`${name}=([\\d.]+)`).exec(line)?.[1] ?? Number.NaN);
  const found = await finalValues(bootstrap, await outputTopic(bootstrap, job.name, before));
  return {
    side: "java",
    records,
    cpuSeconds: ran.cpuSeconds,
    wallSeconds: field("wall"),
    peakMb: field("rssMB"),
    startToFirstRecordMs: field("jvmToFirstRecord"),
    outputs: field("outputs"),
    results: found.records,
    keys: found.keys,
    hash: found.hash,
  };
}

/** The Java program names its output after the time it began: the newest one since `after`. */
async function outputTopic(bootstrap: string, job: string, after: number): Promise<string> {
  const { Client } = await import("@millrace/client");
  const { nodePlatform } = await import("@millrace/platform/node");
  const client = Client.open({ clientId: "bench-look", brokers: [bootstrap] }, nodePlatform());
  const topics = await client.admin.listTopics();
  await client.close();
  const pattern = new RegExp(`^b-${job}-(\\d+)-out$`);
  const name = topics.map((topic) => topic.name).find((topic) => Number(pattern.exec(topic)?.[1] ?? 0) >= after);
  if (name === undefined) throw new TypeError(`Java's output topic of ${job} is missing`);
  return name;
}

function pick(line: {
  outputs: number;
  wallSeconds: number;
  peakMb: number;
  startToFirstRecordMs: number;
}): Pick<Run, "outputs" | "wallSeconds" | "peakMb" | "startToFirstRecordMs"> {
  const { outputs, wallSeconds, peakMb, startToFirstRecordMs } = line;
  return { outputs, wallSeconds, peakMb, startToFirstRecordMs };
}

function failed(side: Side, job: Job, ran: ProcessRun): TypeError {
  return new TypeError(
    `${side}: ${job.name} failed with code ${String(ran.code)}: ${ran.errors.slice(-2000)}${ran.output.slice(-500)}`,
  );
}
