import { DeserializationError, NotReadyError, SerializationError } from "./errors.ts";
import { defineSerde, type Serde, type SerdeRole } from "./serde.ts";

/** A registry in a test, which answers when the test says so. A schema is a name; its id comes before each value. */
export class Registry {
  /** Ids that were asked for, in order. */
  readonly asked: number[] = [];
  /** Subjects that writers registered, in order; their ids count from 101. */
  readonly subjects: string[] = [];
  /** True: `bind` answers at once. */
  bindsAtOnce: boolean = true;
  readonly #known = new Map<number, "known" | Error>();
  readonly #pending = new Map<number, { readonly error: NotReadyError; settle(failure: Error | null): void }>();
  readonly #bindings: (() => void)[] = [];

  /** Texts, behind a zero and the id of their schema in 4 bytes. Unbound it only reads. */
  readonly texts: Serde<string> = this.#texts(0);

  /** Answers for an id. @param failure the look-up fails; with `retriable: false` for good */
  async answer(id: number, failure: (Error & { retriable?: boolean }) | null = null): Promise<void> {
    if (failure === null) this.#known.set(id, "known");
    await this.#settle(id, failure);
  }

  /** Answers that there is no such id: `read` refuses it from now on. */
  async refuse(id: number): Promise<void> {
    this.#known.set(id, new DeserializationError("texts", `schema ${id} is gone.`));
    await this.#settle(id, null);
  }

  /** Forgets all answers, as a new process does. */
  forget(): void {
    this.#known.clear();
  }

  /** Lets all bindings go on that wait. */
  async bindAll(): Promise<void> {
    for (const go of this.#bindings.splice(0)) go();
    await turn();
  }

  async #settle(id: number, failure: Error | null): Promise<void> {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    pending?.settle(failure);
    await turn();
  }

  #texts(writerId: number): Serde<string> {
    return defineSerde<string>({
      name: "texts",
      identity: "bytes",
      read: (from, start, end) => {
        if (end - start < 5 || from[start] !== 0) throw new DeserializationError("texts", "it has no id.");
        this.#look(from.readInt32BE(start + 1));
        return from.toString("utf8", start + 5, end);
      },
      sizeMax: (value) => 5 + value.length * 3,
      write(to, at, value) {
        if (writerId === 0) throw new SerializationError("texts", "it is not bound.");
        to[at] = 0;
        to.writeInt32BE(writerId, at + 1);
        return at + 5 + to.write(value, at + 5);
      },
      bind: (topic, role) => this.#bind(topic, role),
    });
  }

  /** @throws {NotReadyError | DeserializationError} */
  #look(id: number): void {
    const known = this.#known.get(id);
    if (known === "known") return;
    if (known !== undefined) throw known;
    const pending = this.#pending.get(id);
    if (pending !== undefined) throw pending.error;
    this.asked.push(id);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const error = new NotReadyError("texts", `schema ${id}`, promise);
    this.#pending.set(id, { error, settle: (failure) => (failure === null ? resolve() : reject(failure)) });
    throw error;
  }

  #bind(topic: string, role: SerdeRole): Serde<string> | Promise<Serde<string>> {
    const subject = `${topic}-${role}`;
    if (!this.subjects.includes(subject)) this.subjects.push(subject);
    const id = this.subjects.indexOf(subject) + 101;
    const bound = (): Serde<string> => {
      this.#known.set(id, "known");
      return this.#texts(id);
    };
    if (this.bindsAtOnce) return bound();
    return new Promise((resolve) => void this.#bindings.push(() => resolve(bound())));
  }
}

/** Lets promises that are settled go on. */
export async function turn(): Promise<void> {
  for (let at = 0; at < 10; at += 1) await Promise.resolve();
}

/** Bytes of a text with the id of its schema. */
export function withId(id: number, text: string): Buffer {
  const bytes = Buffer.alloc(5 + Buffer.byteLength(text));
  bytes.writeInt32BE(id, 1);
  bytes.write(text, 5);
  return bytes;
}
