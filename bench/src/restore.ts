import { Kafka, logLevel } from "kafkajs";
import type { EngineName } from "./engine.ts";
import { javaProgram } from "./java.ts";
import { partitions } from "./jobs.ts";
import { median } from "./median.ts";
import { programOf } from "./programs.ts";
import { runProcess } from "./run-process.ts";

/** How long the group waits for Java's last member, which does not leave. */
const sessionTimeoutMs = 6_000;

/** One restoration of one store of a million keys. */
export interface Restoration {
  readonly restored: number;
  readonly startToRunningSeconds: number;
  readonly cpuSeconds: number;
  readonly peakMb: number;
}

/** Java counts, and restores what it counted; then we restore the same changelog. */
export async function restorePair(
  bootstrap: string,
  records: number,
  engine: EngineName,
): Promise<Record<"java" | "ours", Restoration>> {
  const { java, application } = await javasRestoration(bootstrap, records);
  const ours = await restoreOurs(programOf("ours-restore"), bootstrap, records, application, engine);
  return { java, ours };
}

/** Java counts, restores, and leaves a changelog under the id of its application. */
export async function javasRestoration(
  bootstrap: string,
  records: number,
): Promise<{ readonly java: Restoration; readonly application: string }> {
  const afterMs = Date.now();
  const java = await restoreJava(bootstrap, records);
  return { java, application: await applicationOf(bootstrap, afterMs) };
}

/** Restores an application's changelog into an empty state directory. */
export async function restoreOurs(
  program: readonly string[],
  bootstrap: string,
  records: number,
  application: string,
  engine: EngineName,
): Promise<Restoration> {
  const given = ["--bootstrap", bootstrap, "--records", String(records), "--application", application, "--engine", engine];
  const ran = await runProcess([...program, ...given]);
  if (ran.code !== 0) throw new TypeError(`ours: restore failed: ${ran.errors.slice(-2000)}`);
  return JSON.parse(ran.output.trim().split("\n").at(-1) ?? "") as Restoration;
}

async function restoreJava(bootstrap: string, records: number): Promise<Restoration> {
  const given = ["--bootstrap", bootstrap, "--job", "restore", "--records", String(records), "--partitions", String(partitions)];
  const fixed = ["--threads", "1", "--guarantee", "at_least_once", "--store", "rocksdb", "--cache", "10485760"];
  const session = ["--set", `session.timeout.ms=${String(sessionTimeoutMs)},heartbeat.interval.ms=1500`];
  const ran = await runProcess([javaProgram, "StreamsBench", ...given, ...fixed, ...session], { JB_OPTS: "-Xmx1g" });
  // Its exit code is that of the deletion at its end, which this broker refuses on purpose.
  const line = ran.output.split("\n").find((text) => text.startsWith("restore part="));
  if (line === undefined) throw new TypeError(`java: restore failed: ${ran.errors.slice(-2000)}${ran.output.slice(-500)}`);
  const field = (name: string): number => Number(new RegExp(` ${name}=([\\d.]+)`).exec(line)?.[1] ?? Number.NaN);
  return {
    restored: field("restored"),
    startToRunningSeconds: field("startToRunning"),
    cpuSeconds: field("cpu"),
    peakMb: field("rssMB"),
  };
}

/** The id of Java's newest application since `afterMs`, when its last member is gone. */
async function applicationOf(bootstrap: string, afterMs: number): Promise<string> {
  const admin = new Kafka({ clientId: "bench-look", brokers: [bootstrap], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    const beganMs = (topic: string): number => Number(/^b-restore-(\d+)-counts-changelog$/.exec(topic)?.[1] ?? 0);
    const topic = (await admin.listTopics()).find((name) => beganMs(name) >= afterMs);
    if (topic === undefined) throw new TypeError("Java's changelog is missing");
    const application = topic.replace(/-counts-changelog$/, "");
    for (;;) {
      const { groups } = await admin.describeGroups([application]);
      if (groups.every(({ state }) => state === "Empty" || state === "Dead")) return application;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  } finally {
    await admin.disconnect();
  }
}

/** A table of its own: nothing is produced, and there is no first record. */
export function restoreTable(
  records: number,
  engine: EngineName,
  pairs: readonly Record<"java" | "ours", Restoration>[],
): string {
  const of = (side: "java" | "ours", figure: (run: Restoration) => number): number =>
    median(pairs.map((pair) => figure(pair[side])));
  const perCpuSecond = (side: "java" | "ours"): number => of(side, (run) => run.restored / run.cpuSeconds);
  const start = (side: "java" | "ours"): number => of(side, (run) => run.startToRunningSeconds);
  const peak = (side: "java" | "ours"): number => of(side, (run) => run.peakMb);
  const wrong = pairs.some(({ java, ours }) => java.restored !== records || ours.restored !== records);
  const cells = [
    `restore, ${engine}`,
    `${perCpuSecond("java").toFixed(0)} / ${perCpuSecond("ours").toFixed(0)}`,
    `${(perCpuSecond("ours") / perCpuSecond("java")).toFixed(2)}×`,
    `${start("java").toFixed(2)} / ${start("ours").toFixed(2)}`,
    `${(start("ours") / start("java")).toFixed(2)}×`,
    `${peak("java").toFixed(0)} / ${peak("ours").toFixed(0)}`,
    wrong ? `void: not everything of ${String(records)} was restored` : "",
  ];
  const head = [
    "job",
    "changelog records per CPU s: Java / ours",
    "ratio",
    "start to running, s: Java / ours",
    "ratio",
    "peak MB",
    "",
  ];
  return [head, head.map(() => "---"), cells].map((row) => `| ${row.join(" | ")} |\n`).join("");
}
