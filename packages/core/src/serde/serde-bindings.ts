import { catchRejections } from "../rejections.ts";
import { SerdeBindError, UnboundSerdeError } from "./errors.ts";
import { checkSerde } from "./check-serde.ts";
import type { Serde, SerdeRole } from "./serde.ts";

/** The serdes of a task, each bound to its topic and role, by who uses it. */
export class SerdeBindings {
  readonly #bound = new Map<string, Serde<unknown>>();

  /**
   * Binds a serde ahead of its use, unless it is bound already.
   *
   * @param user the node or store that uses it, such as `sink "to"`
   * @returns a promise if that takes time. It rejects with a `SerdeBindError`
   */
  bind(user: string, serde: Serde<unknown>, topic: string, role: SerdeRole): Promise<void> | undefined {
    const key = keyOf(user, topic, role);
    if (serde.bind === undefined || this.#bound.has(key)) return undefined;
    const bound = bindTo(serde, topic, role);
    if (!(bound instanceof Promise)) {
      this.#bound.set(key, checked(serde, bound));
      return undefined;
    }
    return bound.then(
      (late) => void this.#bound.set(key, checked(serde, late)),
      (error: unknown) => {
        throw new SerdeBindError(serde.name, topic, role, error);
      },
    );
  }

  /**
   * Gives the bound serde. One that was not bound ahead is bound now.
   *
   * @throws {UnboundSerdeError} if binding takes time @throws {SerdeBindError} if it fails
   */
  of<T>(user: string, serde: Serde<T>, topic: string, role: SerdeRole): Serde<T> {
    if (serde.bind === undefined) return serde;
    const key = keyOf(user, topic, role);
    const known = this.#bound.get(key);
    if (known !== undefined) return known as Serde<T>;
    const bound = bindTo(serde, topic, role);
    if (bound instanceof Promise) {
      const error = new UnboundSerdeError(serde.name, topic, role, user);
      catchRejections(bound, error);
      throw error;
    }
    this.#bound.set(key, checked(serde, bound) as Serde<unknown>);
    return bound;
  }
}

function bindTo<T>(serde: Serde<T>, topic: string, role: SerdeRole): Serde<T> | Promise<Serde<T>> {
  try {
    return serde.bind!(topic, role);
  } catch (error) {
    throw new SerdeBindError(serde.name, topic, role, error);
  }
}

/** @throws {InvalidArgumentError} */
function checked<T>(serde: Serde<T>, bound: Serde<T>): Serde<T> {
  checkSerde(bound, `What bind() of serde "${serde.name}" gives`);
  return bound;
}

function keyOf(user: string, topic: string, role: SerdeRole): string {
  return `${role} ${topic} ${user}`;
}
