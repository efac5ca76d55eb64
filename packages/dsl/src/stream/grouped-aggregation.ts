import type { DraftOf } from "../graph/graph.ts";
import type { NodeId, StoreDraft } from "../graph/node.ts";
import type { NodeOfKind } from "../graph/nodes.ts";
import { repartitionDraft } from "../repartition.ts";
import { call, origin, type StreamState, type TableState } from "./stream-state.ts";

export interface GroupedState extends StreamState {
  /** Names the repartition topic, which is then shared by all aggregations of the group. */
  readonly groupName: string | null;
  /** Method that made the group. */
  readonly groupedBy: "groupBy" | "groupByKey";
}

/** Aggregation of a stream, up to what {@link GroupedAggregation} adds. */
type Aggregation = WithoutPlace<DraftOf<NodeOfKind<AggregationKind>>>;
type AggregationKind = "streamAggregate" | "streamReduce" | "windowedAggregate" | "windowedReduce";
type WithoutPlace<D> = D extends unknown ? Omit<D, "name" | "origin" | "materialized" | "sendsOldValues"> : never;

/** Appends aggregations below a group, through a repartition topic where the key has changed. Java's GroupedStreamAggregateBuilder. */
export class GroupedAggregation {
  readonly state: GroupedState;
  #repartition: NodeId | null = null;

  constructor(state: GroupedState) {
    this.state = state;
  }

  append(
    method: string,
    name: string,
    aggregation: Aggregation,
  ): Pick<TableState, "builder" | "node" | "name" | "sources" | "keysFrom" | "valuesFrom"> {
    const { builder, keysFrom } = this.state;
    const by = call(method, name);
    let parent = this.state.node;
    let sources = this.state.sources;
    if (this.state.repartitionRequired) {
      const repartition = this.#repartitioned(aggregation.store);
      parent = repartition.node;
      sources = [repartition.name];
    }
    const node = builder.append([parent], {
      ...aggregation,
      name,
      origin: origin(method, this.state),
      materialized: true,
      sendsOldValues: false,
    });
    return { builder, node, name, sources, keysFrom, valuesFrom: by };
  }

  #repartitioned(store: StoreDraft): { readonly node: NodeId; readonly name: string } {
    const { builder, node, groupName, groupedBy, keySerde, valueSerde } = this.state;
    const draft = repartitionDraft(builder, {
      prefix: groupName ?? store.spec.name,
      nameGiven: groupName !== null || store.nameGiven,
      origin: origin(groupedBy, this.state),
      keySerde,
      valueSerde,
      implied: true,
    });
    if (this.#repartition !== null && groupName !== null) builder.reuse(this.#repartition);
    else this.#repartition = builder.append([node], draft);
    return { node: this.#repartition, name: draft.name };
  }
}
