import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Kafka, logLevel, Partitioners, type Message } from "kafkajs";
import { NewcomerError, Program } from "./program.ts";
import type { Project } from "./project.ts";

export interface ProgramOptions {
  /** Default: `main.ts`, or `main.js` if there is one. */
  readonly file?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** What the play of a break has at hand. Names of topics and applications begin with the break's name. */
export class Scene {
  readonly name: string;
  /** `host:port` of the broker. */
  readonly broker: string;
  readonly #project: Project;
  readonly #kafka: Kafka;
  readonly #programs: Program[] = [];
  readonly #files: readonly string[];

  constructor(name: string, files: Readonly<Record<string, string>>, project: Project, broker: string) {
    this.name = name;
    this.broker = broker;
    this.#project = project;
    this.#files = Object.keys(files);
    this.#kafka = new Kafka({ clientId: "newcomer", brokers: [broker], logLevel: logLevel.NOTHING });
    writeFiles(project, name, files);
  }

  /** A topic's name: `$NAME-suffix`. */
  topic(suffix: string): string {
    return `${this.name}-${suffix}`;
  }

  /** Makes topics with one partition each. */
  async topics(...suffixes: string[]): Promise<void> {
    await this.#admin((admin) =>
      admin.createTopics({
        waitForLeaders: true,
        topics: suffixes.map((suffix) => ({ topic: this.topic(suffix), numPartitions: 1 })),
      }),
    );
  }

  /** Makes a topic with one partition and settings of its own. */
  async topicWith(suffix: string, configs: Readonly<Record<string, string>>): Promise<void> {
    const configEntries = Object.entries(configs).map(([name, value]) => ({ name, value }));
    await this.#admin((admin) =>
      admin.createTopics({ waitForLeaders: true, topics: [{ topic: this.topic(suffix), numPartitions: 1, configEntries }] }),
    );
  }

  /** How many records a topic has. */
  async count(suffix: string): Promise<number> {
    const ends = await this.#admin((admin) => admin.fetchTopicOffsets(this.topic(suffix)));
    return ends.reduce((sum, { high }) => sum + Number(high), 0);
  }

  /** How many members the application's group has. */
  async members(): Promise<number> {
    const { groups } = await this.#admin((admin) => admin.describeGroups([this.name]));
    return groups[0]?.members.length ?? 0;
  }

  async deleteTopic(suffix: string): Promise<void> {
    await this.#admin((admin) => admin.deleteTopics({ topics: [this.topic(suffix)] }));
  }

  /** Sends records with kafkajs; resolves when the broker has them. */
  async send(suffix: string, ...messages: Message[]): Promise<void> {
    const producer = this.#kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    await producer.send({ topic: this.topic(suffix), messages });
    await producer.disconnect();
  }

  /** Reads the first records of a topic with kafkajs, as `key=value`, waiting until there are so many. */
  async read(suffix: string, count: number): Promise<string[]> {
    const consumer = this.#kafka.consumer({ groupId: `${this.name}-reader-${String(Math.random()).slice(2)}` });
    await consumer.connect();
    await consumer.subscribe({ topic: this.topic(suffix), fromBeginning: true });
    const records: string[] = [];
    await new Promise<void>((resolve, reject) => {
      consumer
        .run({
          eachMessage: ({ message }) => {
            if (records.length < count) records.push(`${String(message.key)}=${String(message.value)}`);
            if (records.length === count) resolve();
            return Promise.resolve();
          },
        })
        .catch(reject);
    });
    await consumer.disconnect();
    return records;
  }

  /** Starts the break's program with `BROKERS` set. */
  start({ file = this.#main(), environment = {} }: ProgramOptions = {}): Program {
    const program = new Program([process.execPath, join(folderOf(this.name), file)], this.#project.folder, {
      BROKERS: this.broker,
      STATE_DIRECTORY: join(this.#project.folder, "state", this.name),
      ...environment,
    });
    this.#programs.push(program);
    return program;
  }

  /** Path of a folder of its own that does not exist yet. */
  folder(name: string): string {
    return join(this.#project.folder, "state", `${this.name}-${name}`);
  }

  /** Writes a file beside the program; its path. */
  file(name: string, text: string): string {
    writeFiles(this.#project, this.name, { [name]: text });
    return join(this.#project.folder, folderOf(this.name), name);
  }

  /** Fails unless stderr has a text for each of the patterns. */
  expectStderr(program: Program, ...patterns: readonly RegExp[]): void {
    for (const pattern of patterns) {
      if (!pattern.test(program.stderr))
        throw new NewcomerError(`stderr has no ${String(pattern)}:\n${program.stderr.trimEnd()}`);
    }
  }

  fail(what: string): never {
    throw new NewcomerError(what);
  }

  expectEqual(actual: unknown, expected: unknown, what: string): void {
    const [is, mustBe] = [JSON.stringify(actual), JSON.stringify(expected)];
    if (is !== mustBe) throw new NewcomerError(`${what} is ${is}, and must be ${mustBe}`);
  }

  /** Waits for a program's end and fails unless it has this exit code. */
  async expectEnd(program: Program, code: number): Promise<void> {
    const actual = await program.ended();
    if (actual !== code)
      throw new NewcomerError(`the exit code is ${String(actual)}, and must be ${String(code)}:\n${program.stderr.trimEnd()}`);
  }

  /**
   * Waits for the end of a program that fails: with code 1, a text on stderr for each of the patterns, and the failure in one readable
   * line. Its sentence comes once, and Node's dump of the error does not.
   */
  async expectFailure(program: Program, ...patterns: readonly RegExp[]): Promise<void> {
    await this.expectEnd(program, 1);
    this.expectStderr(program, ...patterns);
    const failures = program.stderr.split("\n").filter((line) => / ERROR /.test(line));
    this.expectEqual(failures.length, 1, `the number of errors in\n${program.stderr.trimEnd()}\n`);
    const [, sentence = ""] = /ERROR (?:The stream thread stopped: )?([^:.]+)/.exec(failures[0] ?? "") ?? [];
    const times = program.stderr.split("\n").filter((line) => !/ WARN /.test(line) && line.includes(sentence)).length;
    this.expectEqual(times, 1, `how often "${sentence}" is said in\n${program.stderr.trimEnd()}\n`);
    if (/^Node\.js v\d/m.test(program.stderr)) this.fail(`Node wrote the error once more:\n${program.stderr.trimEnd()}`);
  }

  /** What its programs said so far. */
  told(): string {
    return this.#programs.map(({ stdout, stderr }) => `\n--- stdout\n${stdout}\n--- stderr\n${stderr}`).join("");
  }

  async close(): Promise<void> {
    for (const program of this.#programs) await program.kill();
  }

  #main(): string {
    return this.#files.includes("main.ts") ? "main.ts" : "main.js";
  }

  async #admin<T>(work: (admin: ReturnType<Kafka["admin"]>) => Promise<T>): Promise<T> {
    const admin = this.#kafka.admin();
    await admin.connect();
    try {
      return await work(admin);
    } finally {
      await admin.disconnect();
    }
  }
}

/** The folder of a break's files, relative to the project. */
export function folderOf(name: string): string {
  return join("breaks", name);
}

export function writeFiles(project: Project, name: string, files: Readonly<Record<string, string>>): void {
  const folder = join(project.folder, folderOf(name));
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text.replaceAll("$NAME", name).trimStart());
}
