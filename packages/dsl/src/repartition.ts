import type { NodeOrigin, Serde, StreamPartitioner } from "@millrace/core";
import type { DraftOf } from "./graph/graph.ts";
import type { RepartitionNode } from "./graph/nodes/repartition.ts";
import type { GraphBuilder } from "./graph/graph-builder.ts";
import { prefixes } from "./names.ts";

export interface RepartitionSettings {
  /** The topic's name up to `-repartition`. */
  readonly prefix: string;
  readonly nameGiven: boolean;
  readonly origin: NodeOrigin;
  readonly keySerde: Serde<unknown> | null;
  readonly valueSerde: Serde<unknown> | null;
  readonly partitions?: number | null;
  readonly partitioner?: StreamPartitioner | null;
  readonly implied: boolean;
}

export type RepartitionDraft = DraftOf<RepartitionNode>;

const suffix = "-repartition";
const generatedPrefix = /^KSTREAM.*-[0-9]{10}$/;

/** The names of a repartition's three nodes where they are made of the topic's. */
export function repartitionNames(topic: string): Pick<RepartitionDraft, "topic" | "name" | "filterName" | "sinkName"> {
  return { topic, name: `${topic}-source`, filterName: `${topic}-filter`, sinkName: `${topic}-sink` };
}

/**
 * Names a repartition's topic and its three nodes. Three indices are consumed in any case; the names made of them are used
 * only if the topic's name is a generated one, too (Java: `KStreamImpl.createRepartitionedSource`).
 */
export function repartitionDraft(builder: GraphBuilder, settings: RepartitionSettings): RepartitionDraft {
  const topic = settings.prefix.endsWith(suffix) ? settings.prefix : settings.prefix + suffix;
  const sinkName = builder.generateName(prefixes.sink);
  const filterName = builder.generateName(prefixes.filter);
  const name = builder.generateName(prefixes.source);
  return {
    kind: "repartition",
    ...(generatedPrefix.test(settings.prefix) ? { topic, name, filterName, sinkName } : repartitionNames(topic)),
    nameGiven: settings.nameGiven,
    origin: settings.origin,
    partitions: settings.partitions ?? null,
    keySerde: settings.keySerde,
    valueSerde: settings.valueSerde,
    partitioner: settings.partitioner ?? null,
    implied: settings.implied,
    dropsNullKeys: false,
  };
}
