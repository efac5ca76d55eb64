import { globSync, statSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { Kafka, logLevel, Partitioners } from "kafkajs";
import { NewcomerError, Program } from "./program.ts";
import type { Project, Runtime } from "./project.ts";

async function expectSuccess(program: Program): Promise<void> {
  const code = await program.ended();
  if (code !== 0) throw new NewcomerError(`exit code ${String(code)}\n${program.stdout}${program.stderr}`);
}

/** The template's own `npm run build`. */
export async function runBuild(project: Project): Promise<void> {
  await expectSuccess(new Program(["npm", "run", "build"], project.folder));
}

/** The template's own tests on another runtime. */
export async function runTests(project: Project, { name, command }: Runtime): Promise<string> {
  // Bun's child processes lack what vitest's default pool asks of them.
  const pool = name === "Bun" ? ["--pool=threads"] : [];
  const program = new Program([...command, project.bin("vitest"), "run", "--dir", "src", ...pool], project.folder);
  await expectSuccess(program);
  const [, count] = /Tests +(\d+ passed)/.exec(program.stdout) ?? [];
  if (count === undefined) throw new NewcomerError(`no test ran\n${program.stdout}${program.stderr}`);
  return count;
}

/** The compiled application against a broker, with kafkajs at both ends; ended by SIGINT. */
export async function runApplication(
  project: Project,
  runtime: Runtime,
  broker: string,
  main = join("dist", "main.js"),
): Promise<string> {
  const kafka = new Kafka({ clientId: "newcomer", brokers: [broker], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  const topics = ["orders", "order-totals"];
  const existing = await admin.listTopics();
  await admin.createTopics({
    waitForLeaders: true,
    topics: topics.filter((topic) => !existing.includes(topic)).map((topic) => ({ topic, numPartitions: 2 })),
  });
  await admin.disconnect();

  // Of this run alone, since the topics are those of all.
  const customer = `ada on ${runtime.name}`;
  // State stays with the engine that wrote it.
  const state = join(project.folder, "state", runtime.name.replaceAll(/\W+/g, "-"));
  const program = new Program([...runtime.command, main], project.folder, { BROKERS: broker, STATE_DIRECTORY: state });
  try {
    await program.says(/running/);
    const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    const values = [500, 250].map((cents) => JSON.stringify({ customer, cents }));
    await producer.send({ topic: "orders", messages: values.map((value) => ({ key: customer, value, timestamp: "60000" })) });
    await producer.disconnect();
    const total = await totalOf(kafka, customer, 750);
    program.signal("SIGINT");
    const code = await program.ended();
    if (code !== 0) throw new NewcomerError(`exit code ${String(code)} after SIGINT\n${program.stdout}${program.stderr}`);
    const told = program.stderr.trim();
    const inSqlite = globSync(`${state}/**/state.sqlite`).length > 0;
    return `${total}, state in ${inSqlite ? "SQLite" : "RocksDB"}, exit code 0 at SIGINT${told === "" ? "" : `, stderr: ${told}`}`;
  } finally {
    await program.kill();
  }
}

/** Waits until the customer's total is so much. */
async function totalOf(kafka: Kafka, customer: string, cents: number): Promise<string> {
  const consumer = kafka.consumer({ groupId: `newcomer-${customer.replaceAll(" ", "-")}` });
  await consumer.connect();
  await consumer.subscribe({ topic: "order-totals", fromBeginning: true });
  const found = await new Promise<string>((resolve, reject) => {
    consumer
      .run({
        eachMessage: ({ message }) => {
          const value = String(message.value);
          if (String(message.key) === customer && (JSON.parse(value) as { cents: number }).cents === cents) resolve(value);
          return Promise.resolve();
        },
      })
      .catch(reject);
  });
  await consumer.disconnect();
  return found;
}

/**
 * The application in one file, made by esbuild: with the packages beside it, or with all of them inside and nothing beside it but
 * Node. Then there is no native code: state is kept in SQLite, and the log says so.
 */
export async function runBundle(project: Project, packages: "beside" | "inside", broker: string): Promise<string> {
  const name = `bundle, packages ${packages}`;
  const folder = packages === "beside" ? join(project.folder, "dist") : join(project.folder, "..", "bundle");
  const outfile = join(folder, `bundle-${packages}.mjs`);
  const { warnings } = await build({
    absWorkingDir: project.folder,
    entryPoints: ["src/main.ts"],
    bundle: true,
    platform: "node",
    target: "node22",
    format: "esm",
    ...(packages === "beside" ? { packages: "external" } : { external: ["@nxtedition/rocksdb"] }),
    outfile,
    logLevel: "silent",
  });
  if (warnings.length > 0) throw new NewcomerError(warnings.map(({ text }) => text).join("\n"));
  const { size } = statSync(outfile);
  const told = await runApplication(project, { name, command: [process.execPath] }, broker, outfile);
  return `${String(Math.ceil(size / 1000))} kB, ${told}`;
}

/** The compiled service: health, a metric, and its end at SIGTERM. */
export async function runService(project: Project, broker: string): Promise<string> {
  const program = new Program([process.execPath, join("dist", "service.js")], project.folder, {
    BROKERS: broker,
    HTTP_PORT: "0",
    STATE_DIRECTORY: join(project.folder, "state", "service"),
  });
  try {
    const [, port = ""] = await program.says(/serving health and metrics on port (\d+)/);
    await program.says(/"running"|running/);
    const health = new Program([process.execPath, "node_modules/@millrace/service/dist/node/health-check.js"], project.folder, {
      HTTP_HOST: "127.0.0.1",
      HTTP_PORT: port,
    });
    await expectSuccess(health);
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { connection: "close" } })).text();
    if (!/^millrace_\w+/m.test(metrics)) throw new NewcomerError(`no metrics:\n${metrics}`);
    program.signal("SIGTERM");
    await expectSuccess(program);
    return "healthy, with metrics, exit code 0 at SIGTERM";
  } finally {
    await program.kill();
  }
}
