import type { Serde, SerdeRole } from "./serde.ts";

/**
 * The method `bind` of a serde around another one: binds the inner serde, and wraps the result. undefined if the inner serde is
 * the same for all topics.
 */
export function bindInner<T, Outer>(
  inner: Serde<T>,
  wrap: (bound: Serde<T>) => Outer,
): ((topic: string, role: SerdeRole) => Outer | Promise<Outer>) | undefined {
  if (inner.bind === undefined) return undefined;
  return (topic, role) => {
    const bound = inner.bind!(topic, role);
    return bound instanceof Promise ? bound.then(wrap) : wrap(bound);
  };
}
