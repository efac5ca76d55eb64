import { DeserializationError, defineSerde, NotReadyError, SerializationError, type Serde } from "@millrace/core";
import type { Connection, Listener, Platform } from "@millrace/platform";
import type { Scene } from "./scene.ts";

const address = { host: "registry", port: 8081 };

/**
 * A registry of schemas on a host of its own: one question and one answer for each connection. `register SUBJECT` gives the
 * subject's id, `get ID` its subject, or `none`.
 */
export class SchemaServer {
  /** Questions in order. */
  readonly asked: string[] = [];
  /** Time before each answer. */
  delayMs: number = 10;
  readonly #scene: Scene;
  readonly #subjects: string[] = [];
  #listener: Listener | null = null;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  async open(): Promise<void> {
    const { transport } = this.#scene.cluster.simulation.platform(address.host);
    this.#listener = await transport.listen(address, (connection) => this.#accept(connection));
  }

  /** From now on nobody can connect. */
  async close(): Promise<void> {
    await this.#listener?.close();
    this.#listener = null;
  }

  /** Id of a subject, which is registered if it is not yet. */
  register(subject: string): number {
    if (!this.#subjects.includes(subject)) this.#subjects.push(subject);
    return this.#subjects.indexOf(subject) + 1;
  }

  #accept(connection: Connection): {
    onData(buffer: Buffer, start: number, end: number): void;
    onDrain(): void;
    onClose(): void;
  } {
    return {
      onData: (buffer, start, end) => void this.#answer(connection, buffer.toString("utf8", start, end)),
      onDrain: () => undefined,
      onClose: () => undefined,
    };
  }

  async #answer(connection: Connection, question: string): Promise<void> {
    this.asked.push(question);
    const [verb, argument = ""] = question.split(" ");
    await this.#scene.sleep(this.delayMs);
    const answer = verb === "register" ? String(this.register(argument)) : (this.#subjects[Number(argument) - 1] ?? "none");
    connection.write([Buffer.from(answer)]);
    connection.end();
  }
}

/** What an instance knows of the registry. */
export class SchemaClient {
  readonly #platform: Platform;
  readonly #schemas = new Map<number, string | DeserializationError>();
  readonly #pending = new Map<number, NotReadyError>();

  constructor(scene: Scene, host = "app") {
    this.#platform = scene.cluster.simulation.platform(host);
  }

  /** Texts behind a zero and the id of their schema in 4 bytes. */
  get texts(): Serde<string> {
    return this.#texts(0);
  }

  #texts(writerId: number): Serde<string> {
    return defineSerde<string>({
      name: "texts",
      identity: "bytes",
      read: (from, start, end) => {
        this.#schema(from.readInt32BE(start + 1));
        return from.toString("utf8", start + 5, end);
      },
      sizeMax: (value) => 5 + value.length * 3,
      write(to, at, value) {
        if (writerId === 0) throw new SerializationError("texts", "it is not bound.");
        to[at] = 0;
        to.writeInt32BE(writerId, at + 1);
        return at + 5 + to.write(value, at + 5);
      },
      bind: async (topic, role) => {
        const id = Number(await this.#ask(`register ${topic}-${role}`));
        this.#schemas.set(id, `${topic}-${role}`);
        return this.#texts(id);
      },
    });
  }

  /** @throws {NotReadyError | DeserializationError} */
  #schema(id: number): string {
    const known = this.#schemas.get(id);
    if (typeof known === "string") return known;
    if (known !== undefined) throw known;
    const pending = this.#pending.get(id);
    if (pending !== undefined) throw pending;
    const error = new NotReadyError(
      "texts",
      `schema ${String(id)}`,
      this.#load(id).finally(() => this.#pending.delete(id)),
    );
    this.#pending.set(id, error);
    throw error;
  }

  async #load(id: number): Promise<void> {
    const answer = await this.#ask(`get ${String(id)}`);
    const gone = new DeserializationError("texts", `there is no schema ${String(id)}.`);
    this.#schemas.set(id, answer === "none" ? gone : answer);
  }

  async #ask(question: string): Promise<string> {
    const answer = Promise.withResolvers<string>();
    let text = "";
    const connection = await this.#platform.transport.connect(address, {
      onData: (buffer, start, end) => void (text += buffer.toString("utf8", start, end)),
      onDrain: () => undefined,
      onClose: (error) => (error === null ? answer.resolve(text) : answer.reject(error)),
    });
    connection.write([Buffer.from(question)]);
    return answer.promise;
  }
}

/** Bytes of a text with the id of its schema. */
export function withId(id: number, text: string): Buffer {
  const bytes = Buffer.alloc(5 + Buffer.byteLength(text));
  bytes.writeInt32BE(id, 1);
  bytes.write(text, 5);
  return bytes;
}
