import { TopologyError } from "./errors.ts";

/**
 * End of a switch over all kinds of nodes: a new kind that is forgotten there does not compile.
 *
 * @throws {TopologyError} `STREAMS_INVALID_TOPOLOGY` for a hand-made node of another kind
 */
export function unreachable(node: never): never {
  const { kind } = node as { readonly kind?: unknown };
  throw new TopologyError(
    `A node of the topology has the kind ${JSON.stringify(kind)}, which does not exist. Use StreamsBuilder.`,
  );
}
