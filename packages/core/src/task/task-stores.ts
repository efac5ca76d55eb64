import type { Output } from "../output.ts";
import type { DropReason } from "../record/drop-reason.ts";
import { RecordContext } from "../record/record-context.ts";
import { SerdeBindings } from "../serde/serde-bindings.ts";
import type { Engine } from "../store/engine/engine.ts";
import { openStore, type StoreSpec } from "../store/kinds.ts";
import type { RecordCache } from "../store/core/record-cache.ts";
import type { OpenStore, StoreBuild } from "../store/store-build.ts";
import type { WriteBudget } from "../store/core/write-budget.ts";
import { javaHashOrder } from "../topology/java-hash.ts";
import { changelogTopicName } from "../topology/plan.ts";
import type { TopologyNode } from "../topology/topology.ts";
import { readBackOf, topicOfStore, userOf, type DefaultSerdes } from "./node-serdes.ts";
import { UnknownStoreError } from "./errors.ts";

/** Options of a task's stores. */
export interface TaskStoresOptions {
  /** Sub-topology and partition of the task, such as `0_3`; for errors. */
  readonly taskId: string;
  /** Name of the application, before the names of changelogs. `application.id`. */
  readonly applicationId: string;
  /** Partition of the stores, and of their changelogs. */
  readonly partition: number;
  /** Nodes of the task: they say which stores it has. */
  readonly nodes: readonly TopologyNode[];
  /** Specs of at least those stores that the nodes use. */
  readonly specs: readonly StoreSpec[];
  /** Serdes for stores that name none. */
  readonly defaults: DefaultSerdes;
  /** Serdes that were bound ahead, by `bindSerdes`. Default: none; then each must bind at once. */
  readonly bindings?: SerdeBindings | undefined;
  /** Output that changelogs are written to. */
  readonly output: Output;
  /** Engine that keeps the stores' bytes; it is not closed with them. */
  readonly engine: Engine;
  /** The thread's record cache; null: no store caches. */
  readonly cache: RecordCache | null;
  /** The thread's, if the engine outlives the process; whoever gives it drains the stores' tails. Default null: writes go to the engine at once. */
  readonly writeBudget?: WriteBudget | null | undefined;
}

/**
 * The stores of one task: opens them, flushes them, gives them up. An active task works on them; a restoration needs them alone.
 */
export class TaskStores {
  /** The record in flight, which writes belong to: that of the task which works on the stores. */
  readonly context: RecordContext = new RecordContext();
  /** By name, in the order in which Java registers them; it is that in which they are flushed. */
  readonly byName: ReadonlyMap<string, OpenStore>;
  readonly #taskId: string;
  #onDropped: (store: string, reason: DropReason) => void = () => undefined;

  /** Opens all stores. @throws {MissingSerdeError} when a store names no serde and there is no default */
  constructor(options: TaskStoresOptions) {
    const specs = new Map(options.specs.map((spec) => [spec.name, spec]));
    const dropped = (store: string, reason: DropReason): void => this.#onDropped(store, reason);
    const bindings = options.bindings ?? new SerdeBindings();
    this.#taskId = options.taskId;
    this.byName = new Map(
      namesInOrder(options.nodes).map((name) => {
        const spec = specs.get(name)!;
        return [name, openStore(spec, buildOf(spec, options, bindings, this.context, dropped))];
      }),
    );
  }

  /** Names of the stores, in the order in which they are flushed. */
  get names(): readonly string[] {
    return [...this.byName.keys()];
  }

  /** Gives a store by its name. @throws {UnknownStoreError} */
  get(name: string): OpenStore {
    const store = this.byName.get(name);
    if (store === undefined) throw new UnknownStoreError(name, this.byName.keys(), `Task ${this.#taskId}`);
    return store;
  }

  /** Tells a task of the writes that stores refuse. One task works on the stores at a time. */
  tellDropped(onDropped: (store: string, reason: DropReason) => void): void {
    this.#onDropped = onDropped;
  }

  /** Caches → changelogs and downstream, store after store in the order of their nodes. Then the output is to be flushed. */
  flush(): void {
    for (const store of this.byName.values()) store.flush();
  }

  /**
   * Flushes like `flush`, in parts of a given number of entries per store. The generator yields between parts, so that the
   * caller can do other work.
   */
  *flushInParts(entriesMax: () => number): Generator<void, void> {
    for (const store of this.byName.values()) while (!store.flushSome(entriesMax())) yield;
  }

  /** Gives all stores up, as `TaskStore.close` says. */
  close(): void {
    for (const store of this.byName.values()) store.close();
  }
}

/** Names of the stores in the order in which Java registers them: node by node, those of one node as its HashSet yields them. */
function namesInOrder(nodes: readonly TopologyNode[]): string[] {
  const names = nodes.flatMap((node) => (node.kind === "processor" ? javaHashOrder(node.stores) : []));
  return [...new Set(names)];
}

function buildOf(
  spec: StoreSpec,
  options: TaskStoresOptions,
  bindings: SerdeBindings,
  context: RecordContext,
  dropped: (store: string, reason: DropReason) => void,
): StoreBuild {
  const { applicationId, cache, engine, output, partition } = options;
  const defaults = readBackOf(options.defaults);
  const bindTopic = topicOfStore(spec, applicationId);
  const fromSource = spec.sourceTopicAsChangelog !== null;
  const logged = spec.logging && !fromSource;
  return {
    engine,
    space: engine.space(spec.name, partition),
    changelog: logged ? output.topic(changelogTopicName(applicationId, spec.name)) : null,
    fromSource,
    writeBudget: options.writeBudget ?? null,
    context,
    cache,
    defaultKeySerde: defaults.key,
    defaultValueSerde: defaults.value,
    bind: (serde, role) => bindings.of(userOf(spec), serde, bindTopic, role),
    dropped: (reason) => dropped(spec.name, reason),
  };
}
