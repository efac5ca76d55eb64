import {
  StreamsBuilder,
  type BuildOptions,
  type KGroupedStream,
  type KGroupedTable,
  type KStream,
  type KTable,
  type ProcessorOptions,
  type TimeWindowedKStream,
} from "@millrace/dsl";
import type { FixedKeyProcessorSupplier, ProcessorSupplier, Topology } from "@millrace/core";
import {
  consumed,
  field,
  grouped,
  joined,
  materialized,
  named,
  produced,
  repartitioned,
  textField,
  timeWindows,
} from "./dsl-options.ts";
import type { Scenario, Step } from "./scenario.ts";
import { aggregator, initializer, reducer } from "./vocabulary/aggregators.ts";
import { BoomError, LackError } from "./vocabulary/errors.ts";
import { flat, joiner, topicExtractor } from "./vocabulary/functions.ts";
import { mapper } from "./vocabulary/mappers.ts";
import { VocabularyProcessor } from "./vocabulary/processors.ts";
import { stateStore, storesOf } from "./state-stores.ts";
import { predicate } from "./vocabulary/predicates.ts";
import { text } from "./vocabulary/text.ts";

/** Object that a step may have made, by its kind. */
type Made =
  | { readonly kind: "stream"; readonly object: KStream<any, any> }
  | { readonly kind: "table"; readonly object: KTable<any, any> }
  | { readonly kind: "grouped stream"; readonly object: KGroupedStream<any, any> }
  | { readonly kind: "grouped table"; readonly object: KGroupedTable<any, any> }
  | { readonly kind: "windowed stream"; readonly object: TimeWindowedKStream<any, any> };

/** A scenario's steps as a program of the DSL. */
export class Program {
  /** Lines that `peek` and `foreach` wrote since the list was last emptied. */
  readonly effects: string[] = [];
  readonly #builder = new StreamsBuilder();
  readonly #made = new Map<string, Made>();

  /** @throws {LackError} for what is not built yet, and what the DSL throws */
  constructor(scenario: Scenario) {
    for (const step of scenario.topology) {
      const made = this.#step(step);
      if (step.as !== undefined && made !== null) this.#made.set(step.as, made);
    }
  }

  build(options: BuildOptions): Topology {
    return this.#builder.build(options);
  }

  /** Per table that the scenario names: the store that can be queried, or null. */
  queryableStoreNames(): Record<string, string | null> {
    const tables = [...this.#made].flatMap(([name, made]) =>
      made.kind === "table" ? [[name, made.object.queryableStoreName] as const] : [],
    );
    return Object.fromEntries(tables);
  }

  #step(step: Step): Made | null {
    if (step.op === "stream" || step.op === "table") return this.#source(step);
    if (step.op === "addStateStore") {
      this.#builder.addStateStore(stateStore(field(step, "store")!));
      return null;
    }
    if (step.on === undefined) throw new LackError(`the step ${step.op}`);
    const on = this.#ref(step.on);
    switch (on.kind) {
      case "stream":
        return this.#streamStep(on.object, step);
      case "table":
        return this.#tableStep(on.object, step);
      case "grouped stream":
        return this.#groupedStep(on.object, step);
      case "grouped table":
        return table(aggregateTable(on.object, step));
      case "windowed stream":
        return this.#windowedStep(on.object, step);
    }
  }

  #source(step: Step): Made {
    if (step["pattern"] !== undefined) throw new LackError("a source that reads topics by pattern");
    const options = step["consumed"] === undefined ? {} : consumed(field(step, "consumed")!);
    if (step.op === "stream") {
      // Java's streams see null values.
      return stream(this.#builder.stream((step["topics"] ?? step["topic"]) as string | string[], { ...options, nulls: "keep" }));
    }
    const store = materialized(field(step, "materialized"));
    // As in Java, the serdes are those of Consumed if there is one.
    return table(
      this.#builder.table(textField(step, "topic"), step["consumed"] === undefined ? store : { ...store, ...options }),
    );
  }

  #streamStep(on: KStream<any, any>, step: Step): Made | null {
    const name = named(step);
    switch (step.op) {
      case "filter":
        return stream(on.filter(predicate(textField(step, "predicate")), name));
      case "filterNot":
        return stream(on.filterNot(predicate(textField(step, "predicate")), name));
      case "mapValues":
        return stream(on.mapValues(mapper(textField(step, "mapper")), name));
      case "map":
        return stream(on.map(pairMapper(step), name));
      case "flatMap":
        return stream(on.flatMap(pairsMapper(step), name));
      case "flatMapValues":
        return stream(on.flatMapValues(flat(textField(step, "flat")), name));
      case "selectKey":
        return stream(on.selectKey(mapper(textField(step, "mapper")), name));
      case "peek":
        return stream(on.peek(this.#effect(step), name));
      case "foreach":
        on.foreach(this.#effect(step), name);
        return null;
      case "process":
        return stream(on.process(this.#supplier(step), processorOptions(step)));
      case "processValues":
        return stream(on.processValues(this.#supplier(step), processorOptions(step)));
      case "merge":
        return stream(on.merge(this.#stream(step), name));
      case "to":
        on.to(
          step["topicExtractor"] === undefined ? textField(step, "topic") : topicExtractor(textField(step, "topicExtractor")),
          step["produced"] === undefined ? {} : produced(field(step, "produced")!),
        );
        return null;
      case "repartition":
        return stream(on.repartition(step["repartitioned"] === undefined ? {} : repartitioned(field(step, "repartitioned")!)));
      case "toTable":
        return table(on.toTable({ ...name, ...materialized(field(step, "materialized")) }));
      case "groupByKey":
        return { kind: "grouped stream", object: on.groupByKey(groupedOptions(step)) };
      case "groupBy":
        return { kind: "grouped stream", object: on.groupBy(mapper(textField(step, "mapper")), groupedOptions(step)) };
      case "join":
      case "leftJoin":
        return this.#join(on, step);
      default:
        throw new LackError(`the stream operator ${step.op}`);
    }
  }

  #join(on: KStream<any, any>, step: Step): Made {
    const other = this.#ref(step.with!);
    if (other.kind !== "table") throw new LackError(`a ${step.op} of a stream and a ${other.kind}`);
    const join = joiner(textField(step, "joiner"));
    const options = step["joined"] === undefined ? {} : joined(field(step, "joined")!);
    return stream(step.op === "join" ? on.join(other.object, join, options) : on.leftJoin(other.object, join, options));
  }

  #tableStep(on: KTable<any, any>, step: Step): Made {
    const options = { ...named(step), ...materialized(field(step, "materialized")) };
    switch (step.op) {
      case "toStream":
        return stream(toStream(on, step));
      case "filter":
        return table(on.filter(predicate(textField(step, "predicate")), options));
      case "filterNot":
        return table(on.filterNot(predicate(textField(step, "predicate")), options));
      case "mapValues":
        return table(on.mapValues(mapper(textField(step, "mapper")), options));
      case "groupBy":
        return { kind: "grouped table", object: on.groupBy(pairMapper(step), groupedOptions(step)) };
      default:
        throw new LackError(`the table operator ${step.op}`);
    }
  }

  #groupedStep(on: KGroupedStream<any, any>, step: Step): Made {
    if (step.op === "windowedBy") return { kind: "windowed stream", object: on.windowedBy(timeWindows(field(step, "windows")!)) };
    return table(aggregate(on, step));
  }

  #windowedStep(on: TimeWindowedKStream<any, any>, step: Step): Made {
    return table(aggregate(on, step));
  }

  #supplier(step: Step): ProcessorSupplier<any, any, any, any> & FixedKeyProcessorSupplier<any, any, any> {
    const { used, supplied } = storesOf(step);
    const create = (): any => new VocabularyProcessor(textField(step, "processor"), used);
    return { stores: supplied, create };
  }

  #effect(step: Step): (value: unknown, key: unknown) => void {
    const failIf = step["failIf"] as string | undefined;
    return (value, key) => {
      this.effects.push(`${textField(step, "tag")} ${text(key)}=${text(value)}`);
      if (failIf !== undefined && text(value) === failIf) throw new BoomError(failIf);
    };
  }

  #stream(step: Step): KStream<any, any> {
    const made = this.#ref(step.with!);
    if (made.kind !== "stream") throw new LackError(`a ${step.op} of a stream and a ${made.kind}`);
    return made.object;
  }

  #ref(name: string): Made {
    const made = this.#made.get(name);
    if (made === undefined) throw new LackError(`what the step named "${name}" makes`);
    return made;
  }
}

function aggregate(on: KGroupedStream<any, any> | TimeWindowedKStream<any, any>, step: Step): KTable<any, any> {
  const store = materialized(field(step, "materialized"));
  const options = { ...named(step), ...store };
  switch (step.op) {
    case "count":
      return on.count(options);
    case "reduce":
      return on.reduce(reducer(textField(step, "reducer")), options);
    case "aggregate":
      // Overloads of two classes are not called as one; both take the same here.
      return (on as KGroupedStream<any, any>).aggregate(
        initializer(textField(step, "init")),
        aggregator(textField(step, "aggregator")),
        options,
      );
    default:
      throw new LackError(`the operator ${step.op} of a grouped stream`);
  }
}

function aggregateTable(on: KGroupedTable<any, any>, step: Step): KTable<any, any> {
  const options = { ...named(step), ...materialized(field(step, "materialized")) };
  switch (step.op) {
    case "count":
      return on.count(options);
    case "reduce":
      return on.reduce(reducer(textField(step, "adder")), reducer(textField(step, "subtractor")), options);
    case "aggregate": {
      const subtractor = aggregator(textField(step, "subtractor"));
      return on.aggregate(initializer(textField(step, "init")), aggregator(textField(step, "adder")), subtractor, options);
    }
    default:
      throw new LackError(`the operator ${step.op} of a grouped table`);
  }
}

function stream(object: KStream<any, any>): Made {
  return { kind: "stream", object };
}

function table(object: KTable<any, any>): Made {
  return { kind: "table", object };
}

function processorOptions(step: Step): ProcessorOptions {
  return { ...named(step), ...(step["stores"] === undefined ? {} : { stores: step["stores"] as readonly string[] }) };
}

function groupedOptions(step: Step): ReturnType<typeof grouped> | undefined {
  return step["grouped"] === undefined ? undefined : grouped(field(step, "grouped")!);
}

/** Java's `toStream(mapper)` is toStream, then selectKey; a name goes to the first. */
function toStream(on: KTable<any, any>, step: Step): KStream<any, any> {
  const converted = on.toStream(named(step));
  return step["mapper"] === undefined ? converted : converted.selectKey(mapper(textField(step, "mapper")));
}

function pairMapper(step: Step): (value: unknown, key: unknown) => { key: unknown; value: unknown } {
  if (step["returnsNull"] === true) return () => null as never;
  const key = mapper((step["key"] as string | undefined) ?? "key.identity");
  const value = mapper((step["value"] as string | undefined) ?? "identity");
  return (v, k) => ({ key: key(v, k), value: value(v, k) });
}

function pairsMapper(step: Step): (value: unknown, key: unknown) => { key: unknown; value: unknown }[] {
  const pieces = flat(textField(step, "flat"));
  const key = mapper((step["key"] as string | undefined) ?? "key.identity");
  return (v, k) => pieces(v)?.map((piece) => ({ key: key(piece, k), value: piece }));
}
