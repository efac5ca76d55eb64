import type { Cancellable, OperatorBuild, PunctuationClock, TaskContext } from "../operator/operator-spec.ts";
import type { OperatorLifeCycle, StreamOperator, TableOperator } from "../operator/operator.ts";
import type { SerdeBindings } from "../serde/serde-bindings.ts";
import { noHeaders } from "../record/record-context.ts";
import type { Serde } from "../serde/serde.ts";
import type { Store } from "../store/store.ts";
import type { OpenStore } from "../store/store-build.ts";
import type { ProcessorNode, SinkNode, TopologyNode } from "../topology/topology.ts";
import { EdgeKindError, UnknownStoreError } from "./errors.ts";
import { FanOut, noStream, noTable, TableFanOut } from "./fan-out.ts";
import { Guard, GuardedNode, TableGuard } from "./guard.ts";
import type { ProcessingErrorsScope, TaskHandlers } from "./handlers.ts";
import type { Output } from "../output.ts";
import { serdeOr, sinkSerdes, userOf, type DefaultSerdes } from "./node-serdes.ts";
import { Sink } from "./sink.ts";

export interface CompileParts {
  readonly nodes: readonly TopologyNode[];
  readonly stores: ReadonlyMap<string, OpenStore>;
  readonly defaults: DefaultSerdes;
  readonly handlers: TaskHandlers;
  readonly processingErrorsScope: ProcessingErrorsScope;
  readonly output: Output;
  readonly task: TaskContext;
  readonly bindings: SerdeBindings;
  /** Logical names. */
  readonly repartitionTopics: ReadonlySet<string>;
  /** A logical topic name's physical one. */
  topicName(logical: string): string;
}

/** Operator with its node, for its life cycle. */
export interface LivingOperator {
  readonly nodeName: string;
  readonly operator: OperatorLifeCycle;
}

export interface CompiledNodes {
  /** Operator that each source node feeds, by the node's name. */
  readonly sources: ReadonlyMap<string, StreamOperator>;
  /** Operators of all processor nodes, in the order of the nodes: in it they begin and end. */
  readonly operators: readonly LivingOperator[];
}

type AnyOperator =
  | { readonly input: "stream"; readonly operator: StreamOperator }
  | { readonly input: "table"; readonly operator: TableOperator };

/**
 * Turns nodes into operator objects that call each other directly, children first. Gives what each source node feeds.
 *
 * A node's children are in the order in which the nodes, and within a node its parents, are listed: the order in which
 * Java wires them, and so the order of outputs.
 */
export function compile(parts: CompileParts): CompiledNodes {
  const children = new Map<string, AnyOperator[]>();
  const built = new Map<string, AnyOperator>();
  const operators: LivingOperator[] = [];
  const childNames = childrenByParent(parts.nodes);
  for (const node of parts.nodes.toReversed()) {
    const named = (childNames.get(node.name) ?? []).map((name) => [name, built.get(name)!] as const);
    children.set(
      node.name,
      named.map(([, child]) => child),
    );
    if (node.kind === "sink") built.set(node.name, { input: "stream", operator: buildSink(node, parts) });
    if (node.kind === "processor") {
      const processor = buildProcessor(node, children.get(node.name)!, named, parts);
      built.set(node.name, processor.built);
      if (node.operator.transparent !== true) operators.unshift({ nodeName: node.name, operator: processor.operator });
    }
  }
  const sources = parts.nodes.filter((node) => node.kind === "source");
  return { sources: new Map(sources.map(({ name }) => [name, buildSource(name, children.get(name)!, parts)])), operators };
}

function childrenByParent(nodes: readonly TopologyNode[]): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const node of nodes) {
    if (node.kind === "source") continue;
    for (const parent of node.parents) names.set(parent, [...(names.get(parent) ?? []), node.name]);
  }
  return names;
}

function buildSource(name: string, children: readonly AnyOperator[], parts: CompileParts): StreamOperator {
  const operator = streamOf(name, "stream", children);
  if (parts.processingErrorsScope === "operators") return operator;
  return new Guard(operator, new GuardedNode(name, null, parts.task, parts.handlers.processing));
}

function buildSink(node: SinkNode, parts: CompileParts): Sink {
  const { defaults, handlers, output, task } = parts;
  const repartitions = typeof node.topic === "string" && parts.repartitionTopics.has(node.topic);
  return new Sink({
    nodeName: node.name,
    call: node.origin?.call ?? (repartitions ? "repartition" : "to"),
    origin: node.origin ?? null,
    topic: typeof node.topic === "string" ? parts.topicName(node.topic) : node.topic,
    ...sinkSerdes(node, defaults, repartitions),
    bindings: parts.bindings,
    partitioner: node.partitioner,
    repartitions,
    output,
    handler: handlers.serialization,
    task,
  });
}

function buildProcessor(
  node: ProcessorNode,
  children: readonly AnyOperator[],
  named: readonly (readonly [string, AnyOperator])[],
  parts: CompileParts,
): { readonly built: AnyOperator; readonly operator: StreamOperator | TableOperator } {
  const guarded = new GuardedNode(node.name, node.origin?.call ?? node.operator.kind, parts.task, parts.handlers.processing);
  const build = new NodeBuild(node, children, named, guarded, parts);
  const operator = node.operator.create(build);
  // What only hands on its child needs no call of its own, if the child has its guard; a sink has none.
  const transparent = node.operator.transparent === true && isGuarded(operator);
  if (node.operator.input === "stream") {
    const stream = operator as StreamOperator;
    return { built: { input: "stream", operator: transparent ? stream : new Guard(stream, guarded) }, operator };
  }
  const table = operator as TableOperator;
  return { built: { input: "table", operator: transparent ? table : new TableGuard(table, guarded) }, operator };
}

/** Parts from which one node's operator is made. */
class NodeBuild implements OperatorBuild {
  readonly nodeName: string;
  readonly task: TaskContext;
  readonly #node: ProcessorNode;
  readonly #children: readonly AnyOperator[];
  readonly #named: readonly (readonly [string, AnyOperator])[];
  readonly #guarded: GuardedNode;
  readonly #parts: CompileParts;

  constructor(
    node: ProcessorNode,
    children: readonly AnyOperator[],
    named: readonly (readonly [string, AnyOperator])[],
    guarded: GuardedNode,
    parts: CompileParts,
  ) {
    this.#named = named;
    this.#guarded = guarded;
    this.nodeName = node.name;
    this.task = parts.task;
    this.#node = node;
    this.#children = children;
    this.#parts = parts;
  }

  get namedChildren(): ReadonlyMap<string, StreamOperator> {
    return new Map(this.#named.map(([name, child]) => [name, streamOf(this.nodeName, this.#node.operator.output, [child])]));
  }

  schedule(everyMs: number, clock: PunctuationClock, run: (timeMs: number) => void, startMs: number | null): Cancellable {
    const guarded = this.#guarded;
    const guardedRun = (timeMs: number): void => {
      try {
        run(timeMs);
      } catch (error) {
        guarded.failed(error, timeMs, noHeaders);
      }
    };
    return this.task.schedule(everyMs, clock, guardedRun, startMs);
  }

  get child(): StreamOperator {
    return streamOf(this.nodeName, this.#node.operator.output, this.#children);
  }

  get tableChild(): TableOperator {
    return tableOf(this.nodeName, this.#node.operator.output, this.#children);
  }

  store(name: string): Store {
    const store = this.#node.stores.includes(name) ? this.#parts.stores.get(name) : undefined;
    if (store === undefined) throw new UnknownStoreError(name, this.#node.stores, `Node "${this.nodeName}"`);
    return store.facade;
  }

  keySerde(serde: Serde<unknown> | null): Serde<unknown> {
    const { defaults, bindings, topicName } = this.#parts;
    const unbound = serdeOr(serde, defaults.key, "key", `node "${this.nodeName}"`);
    const sink = this.#repartitionSink(this.nodeName);
    return sink === null ? unbound : bindings.of(userOf(sink), unbound, topicName(sink.topic as string), "key");
  }

  valueSerde(serde: Serde<unknown> | null): Serde<unknown> {
    return serdeOr(serde, this.#parts.defaults.value, "value", `node "${this.nodeName}"`);
  }

  /** The sink of the repartition topic that the node's records go to; null: they go to none. */
  #repartitionSink(nodeName: string): SinkNode | null {
    const { nodes, repartitionTopics } = this.#parts;
    for (const node of nodes) {
      if (node.kind === "source" || !node.parents.includes(nodeName)) continue;
      const isRepartition = node.kind === "sink" && typeof node.topic === "string" && repartitionTopics.has(node.topic);
      const found = isRepartition ? node : this.#repartitionSink(node.name);
      if (found !== null) return found;
    }
    return null;
  }
}

function isGuarded(operator: StreamOperator | TableOperator): boolean {
  if (operator instanceof FanOut || operator instanceof TableFanOut)
    return (operator.children as readonly (StreamOperator | TableOperator)[]).every(isGuarded);
  return operator instanceof Guard || operator instanceof TableGuard || operator === noStream || operator === noTable;
}

function streamOf(parent: string, output: "stream" | "table" | "none", children: readonly AnyOperator[]): StreamOperator {
  const operators = children.map((child) => {
    if (output !== "stream" || child.input !== "stream") throw new EdgeKindError(parent, output, child.input);
    return child.operator;
  });
  return operators.length === 0 ? noStream : operators.length === 1 ? operators[0]! : new FanOut(operators);
}

function tableOf(parent: string, output: "stream" | "table" | "none", children: readonly AnyOperator[]): TableOperator {
  const operators = children.map((child) => {
    if (output !== "table" || child.input !== "table") throw new EdgeKindError(parent, output, child.input);
    return child.operator;
  });
  return operators.length === 0 ? noTable : operators.length === 1 ? operators[0]! : new TableFanOut(operators);
}
