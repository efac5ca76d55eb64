import { isChangeSerde } from "../operator/change.ts";
import { MissingSerdeError } from "../serde/errors.ts";
import { readBack } from "../serde/json.ts";
import type { Serde } from "../serde/serde.ts";
import type { CommonStoreSpec } from "../store/store.ts";
import { changelogTopicName } from "../topology/plan.ts";
import type { SinkNode, SourceNode } from "../topology/topology.ts";

/** Serdes for nodes and stores that name none; null: there is no default. */
export interface DefaultSerdes {
  /** Serde of keys; Kafka's `default.key.serde`. */
  readonly key: Serde<unknown> | null;
  /** Serde of values; Kafka's `default.value.serde`. */
  readonly value: Serde<unknown> | null;
}

/** Serdes of a node, before they are bound to its topic. */
export interface NodeSerdes {
  readonly keySerde: Serde<unknown>;
  readonly valueSerde: Serde<unknown>;
}

/** A node or store as errors, and the bindings of serdes, call it. */
export function userOf(user: SourceNode | SinkNode | CommonStoreSpec): string {
  return `${"caching" in user ? "store" : user.kind} "${user.name}"`;
}

/** @throws {MissingSerdeError} */
export function sourceSerdes(node: SourceNode, defaults: DefaultSerdes): NodeSerdes {
  return {
    keySerde: serdeOr(node.keySerde, defaults.key, "key", userOf(node)),
    valueSerde: serdeOr(node.valueSerde, defaults.value, "value", userOf(node)),
  };
}

/** @param repartitions the sink writes to a repartition topic @throws {MissingSerdeError} */
export function sinkSerdes(node: SinkNode, defaults: DefaultSerdes, repartitions: boolean): NodeSerdes {
  const { key, value } = repartitions ? readBackOf(defaults) : defaults;
  return {
    keySerde: serdeOr(node.keySerde, key, "key", userOf(node)),
    valueSerde: serdeOr(node.valueSerde, value, "value", userOf(node)),
  };
}

/** Defaults where the application reads again what it writes. */
export function readBackOf({ key, value }: DefaultSerdes): DefaultSerdes {
  return { key: readBack(key), value: readBack(value) };
}

/** Topic to which a store's serdes are bound: its changelog, though it may not be logged, or the source topic that serves as one. */
export function topicOfStore(spec: CommonStoreSpec, applicationId: string): string {
  return spec.sourceTopicAsChangelog ?? changelogTopicName(applicationId, spec.name);
}

/** A node's own serde or the default; in a serde of changes the default takes the inner one's place. @throws {MissingSerdeError} */
export function serdeOr(
  own: Serde<unknown> | null,
  other: Serde<unknown> | null,
  role: "key" | "value",
  user: string,
): Serde<unknown> {
  const ofChanges = own !== null && isChangeSerde(own) && own.inner === null;
  const serde = ofChanges ? other : (own ?? other);
  if (serde === null) throw new MissingSerdeError(role, user);
  return ofChanges ? own.over(serde) : serde;
}
