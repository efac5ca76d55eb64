import {
  createTopology,
  processRecords,
  TopologyError,
  type StoreDefinition,
  type StoreSpec,
  type Topology,
  type TopologyNode,
} from "@millrace/core";
import { durationMs } from "@millrace/dsl";
import { field, textField } from "./dsl-options.ts";
import type { Scenario, Step } from "./scenario.ts";
import { stateStore, storesOf } from "./state-stores.ts";
import { LackError } from "./vocabulary/errors.ts";
import { partitioner, timestampExtractor, topicExtractor } from "./vocabulary/functions.ts";
import { VocabularyProcessor } from "./vocabulary/processors.ts";
import { serde } from "./vocabulary/serdes.ts";

/** A scenario of the Processor API: its steps as nodes of a topology. */
export class TopologyProgram {
  readonly effects: string[] = [];
  readonly #nodes: TopologyNode[] = [];
  readonly #stores: StoreSpec[] = [];

  /** @throws {LackError} for what is not built yet */
  constructor(scenario: Scenario) {
    for (const step of scenario.topology) this.#step(step);
  }

  build(): Topology {
    return createTopology({ nodes: this.#nodes, stores: this.#stores, repartitionTopics: [], copartitionGroups: [] });
  }

  /** No tables, so none. */
  queryableStoreNames(): Record<string, string | null> {
    return {};
  }

  #step(step: Step): void {
    switch (step.op) {
      case "addSource":
        return this.#source(step);
      case "addProcessor":
        return this.#processor(step);
      case "addSink":
        return this.#sink(step);
      case "addStateStore":
        this.#add([stateStore(field(step, "store")!)]);
        for (const name of step["processors"] as readonly string[])
          this.#connect(name, [(field(step, "store") as { name: string }).name]);
        return;
      case "connectProcessorAndStateStores":
        return this.#connect(textField(step, "processor"), step["stores"] as readonly string[]);
      default:
        throw new LackError(`the step ${step.op} of the Processor API`);
    }
  }

  #source(step: Step): void {
    if (step["pattern"] !== undefined) throw new LackError("a source that reads topics by pattern");
    if (step["reset"] !== undefined) throw new LackError("a reset policy of the Processor API");
    this.#nodes.push({
      kind: "source",
      name: step.name!,
      topics: step["topics"] as readonly string[],
      keySerde: serdeOf(step, "key"),
      valueSerde: serdeOf(step, "value"),
      timestampExtractor:
        step["timestampExtractor"] === undefined ? null : timestampExtractor(textField(step, "timestampExtractor")),
      reset: null,
    });
  }

  #processor(step: Step): void {
    const { used, supplied } = storesOf(step);
    this.#add(supplied);
    const supplier = { create: () => new VocabularyProcessor(textField(step, "processor"), used) };
    // What is not built yet is to be known before anything runs.
    supplier.create();
    this.#nodes.push({
      kind: "processor",
      name: step.name!,
      parents: step["parents"] as readonly string[],
      stores: supplied.map(({ spec }) => spec.name),
      operator: processRecords({ supplier, durationMs: durationMs as (duration: number | string, what: string) => number }),
    });
  }

  #sink(step: Step): void {
    this.#nodes.push({
      kind: "sink",
      name: step.name!,
      parents: step["parents"] as readonly string[],
      topic: step["topicExtractor"] === undefined ? textField(step, "topic") : topicExtractor(textField(step, "topicExtractor")),
      keySerde: serdeOf(step, "key"),
      valueSerde: serdeOf(step, "value"),
      partitioner: step["partitioner"] === undefined ? null : partitioner(textField(step, "partitioner")),
    });
  }

  #add(stores: readonly StoreDefinition[]): void {
    this.#stores.push(...stores.map(({ spec }) => spec));
  }

  #connect(processor: string, stores: readonly string[]): void {
    const at = this.#nodes.findIndex(({ kind, name }) => kind === "processor" && name === processor);
    const node = this.#nodes[at];
    if (node?.kind !== "processor") throw new TopologyError(`Processor "${processor}" is not added yet.`);
    this.#nodes[at] = { ...node, stores: [...new Set([...node.stores, ...stores])] };
  }
}

function serdeOf(step: Step, role: "key" | "value"): ReturnType<typeof serde> | null {
  return step[role] === undefined ? null : serde(textField(step, role));
}
