import type { DropReason } from "../record/drop-reason.ts";
import type { RecordContext } from "../record/record-context.ts";
import { readBack } from "../serde/json.ts";
import type { Engine } from "../store/engine.ts";
import type { RecordCache } from "../store/record-cache.ts";
import type { WriteBudget } from "../store/write-budget.ts";
import type { OpenStore, StoreBuild } from "../store/store-build.ts";
import { openStore, type StoreSpec } from "../store/kinds.ts";
import { javaHashOrder } from "../topology/java-hash.ts";
import { changelogTopicName } from "../topology/plan.ts";
import type { TopologyNode } from "../topology/topology.ts";
import type { DefaultSerdes } from "./compile.ts";
import type { Output } from "../record/output.ts";

export interface OpenStoresParts {
  readonly applicationId: string;
  readonly partition: number;
  readonly nodes: readonly TopologyNode[];
  readonly stores: readonly StoreSpec[];
  readonly defaults: DefaultSerdes;
  readonly output: Output;
  readonly engine: Engine;
  readonly cache: RecordCache | null;
  readonly writeBudget?: WriteBudget | null | undefined;
  readonly context: RecordContext;
  dropped(nodeName: string, reason: DropReason): void;
}

/** Opens the stores that nodes use, by name, in the order of `storesInOrder`: it is that in which they are flushed. */
export function openStores(parts: OpenStoresParts): ReadonlyMap<string, OpenStore> {
  const specs = new Map(parts.stores.map((spec) => [spec.name, spec]));
  return new Map(
    storesInOrder(parts.nodes).map((name) => [name, openStore(specs.get(name)!, storeBuild(specs.get(name)!, parts))]),
  );
}

/** Names of the stores in the order in which Java registers them: node by node, those of one node as its HashSet yields them. */
function storesInOrder(nodes: readonly TopologyNode[]): string[] {
  const names = nodes.flatMap((node) => (node.kind === "processor" ? javaHashOrder(node.stores) : []));
  return [...new Set(names)];
}

function storeBuild(spec: StoreSpec, parts: OpenStoresParts): StoreBuild {
  const { applicationId, context, cache, defaults, engine, output, partition } = parts;
  const fromSource = spec.sourceTopicAsChangelog !== null;
  const logged = spec.logging && !fromSource;
  return {
    engine,
    space: engine.space(spec.name, partition),
    changelog: logged ? output.topic(changelogTopicName(applicationId, spec.name)) : null,
    fromSource,
    writeBudget: parts.writeBudget ?? null,
    context,
    cache,
    defaultKeySerde: readBack(defaults.key),
    defaultValueSerde: readBack(defaults.value),
    dropped: (reason) => parts.dropped(spec.name, reason),
  };
}
