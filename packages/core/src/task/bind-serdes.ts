import { catchRejections } from "../rejections.ts";
import { SerdeBindings } from "../serde/serde-bindings.ts";
import type { StoreSpec } from "../store/kinds.ts";
import { internalTopicName } from "../topology/plan.ts";
import type { TopologyNode } from "../topology/topology.ts";
import { readBackOf, sinkSerdes, sourceSerdes, topicOfStore, userOf, type DefaultSerdes } from "./node-serdes.ts";

/** Parts of a task whose serdes are to be bound; they are those of `TaskOptions` and `TaskStoresOptions`. */
export interface BindSerdesOptions {
  /** Name of the application, before the names of its internal topics. `application.id`. */
  readonly applicationId: string;
  /** Nodes of the task; names of topics are logical. */
  readonly nodes: readonly TopologyNode[];
  /** Specs of the stores that the nodes use. */
  readonly specs: readonly StoreSpec[];
  /** Serdes for nodes and stores that name none. */
  readonly defaults: DefaultSerdes;
  /** Logical names: on the cluster they have the application id before them. */
  readonly repartitionTopics: Iterable<string>;
}

/**
 * Binds all serdes of a task to their topics and roles, at the same time, before the task is made. The partition makes no
 * difference. A promise if any of them takes time; it rejects with the first `SerdeBindError`, and what was bound stays bound for
 * another attempt with the same `bindings`.
 *
 * @throws {MissingSerdeError} when a node or store names no serde and there is no default @throws {SerdeBindError}
 */
export function bindSerdes(
  options: BindSerdesOptions,
  bindings: SerdeBindings = new SerdeBindings(),
): SerdeBindings | Promise<SerdeBindings> {
  const { applicationId, defaults } = options;
  const repartitionTopics = new Set(options.repartitionTopics);
  const physical = (logical: string): string =>
    repartitionTopics.has(logical) ? internalTopicName(applicationId, logical) : logical;
  const pending: (Promise<void> | undefined)[] = [];
  try {
    for (const node of options.nodes) {
      if (node.kind === "processor") continue;
      const topics = node.kind === "source" ? node.topics : typeof node.topic === "string" ? [node.topic] : [];
      for (const topic of topics) {
        const { keySerde, valueSerde } =
          node.kind === "source" ? sourceSerdes(node, defaults) : sinkSerdes(node, defaults, repartitionTopics.has(topic));
        pending.push(bindings.bind(userOf(node), keySerde, physical(topic), "key"));
        pending.push(bindings.bind(userOf(node), valueSerde, physical(topic), "value"));
      }
    }
    const { key, value } = readBackOf(defaults);
    for (const spec of options.specs) {
      const topic = topicOfStore(spec, applicationId);
      const keySerde = spec.keySerde ?? key;
      const valueSerde = spec.valueSerde ?? value;
      if (keySerde !== null) pending.push(bindings.bind(userOf(spec), keySerde, topic, "key"));
      if (valueSerde !== null) pending.push(bindings.bind(userOf(spec), valueSerde, topic, "value"));
    }
  } catch (error) {
    catchRejections(pending, error);
    throw error;
  }
  const late = pending.filter((each) => each !== undefined);
  return late.length === 0 ? bindings : Promise.all(late).then(() => bindings);
}
