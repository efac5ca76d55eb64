import type { Nulls } from "../../options.ts";
import type { CommonNode, SourceSettings } from "../node.ts";
import type { NodeRules } from "../rules.ts";

/** Reads topics as a stream. */
export interface StreamSourceNode extends CommonNode, SourceSettings {
  readonly kind: "streamSource";
  readonly topics: readonly string[];
  /** Treatment of null values. */
  readonly nulls: Nulls;
}

export const streamSource: NodeRules<StreamSourceNode> = {
  write({ name, origin, topics, keySerde, valueSerde, timestampExtractor, reset, nulls }, to) {
    const dropsNullValues = nulls === "drop";
    to.node({ kind: "source", name, origin, topics, keySerde, valueSerde, timestampExtractor, reset, dropsNullValues });
  },
  sharedSource: (node) => node,
};
