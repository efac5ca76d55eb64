import type { BuildOptions, Optimization } from "@millrace/dsl";
import type { DriverOptions } from "../driver/options.ts";
import type { Scenario } from "./scenario.ts";
import { timestampExtractor } from "./vocabulary/functions.ts";
import { serde } from "./vocabulary/serdes.ts";

/** Settings that a scenario's `config` gives the builder and the driver; its keys are Kafka's. */
export interface Settings {
  readonly applicationId: string;
  readonly build: BuildOptions;
  readonly driver: DriverOptions;
  /** Settings that nothing here understands. */
  readonly lacks: readonly string[];
}

type Value = string | number | boolean;
type Draft = {
  build: { -readonly [K in keyof BuildOptions]: BuildOptions[K] };
  driver: { -readonly [K in keyof DriverOptions]: DriverOptions[K] };
};

export function settingsOf(scenario: Scenario): Settings {
  const applicationId = String(scenario.config["application.id"] ?? "app");
  // Without default serdes Java has none; ours would be string and JSON.
  const draft: Draft = { build: {}, driver: { applicationId, defaultKeySerde: null, defaultValueSerde: null } };
  const lacks: string[] = [];
  for (const [key, value] of Object.entries(scenario.config)) {
    const apply = readers[key];
    if (apply === undefined) lacks.push(`the setting ${key}`);
    else apply(value, draft, scenario);
  }
  return { applicationId, ...draft, lacks };
}

const readers: Readonly<Record<string, (value: Value, draft: Draft, scenario: Scenario) => void>> = {
  "application.id": () => undefined,
  "default.key.serde": (value, { driver }) => {
    driver.defaultKeySerde = serde(String(value));
  },
  "default.value.serde": (value, { driver }) => {
    driver.defaultValueSerde = serde(String(value));
  },
  "default.timestamp.extractor": (value, { driver }) => {
    driver.defaultTimestampExtractor = timestampExtractor(String(value));
  },
  "statestore.cache.max.bytes": (value, { driver }) => {
    driver.cacheBytesMax = Number(value);
  },
  "max.task.idle.ms": (value, { driver }) => {
    driver.maxTaskIdleMs = Number(value);
  },
  wallClockStartMs: (value, { driver }) => {
    driver.wallClockMs = Number(value);
  },
  "dsl.store.suppliers.class": (value, { build }) => {
    build.engine = value === "in_memory" ? "memory" : "rocksdb";
  },
  "deserialization.exception.handler": (value, { driver }) => {
    driver.deserializationErrors = handling(value);
  },
  "processing.exception.handler": (value, { driver }) => {
    driver.processingErrors = handling(value);
  },
  "production.exception.handler": (value, { driver }) => {
    driver.serializationErrors = handling(value);
  },
  "ensure.explicit.internal.resource.naming": (value, { build }, scenario) => {
    // Java takes it from the TopologyConfig of the builder.
    if (scenario.topologyConfig === true) build.explicitNames = String(value) === "true";
  },
  "topology.optimization": (value, { build }, scenario) => {
    if (builtWithConfig(scenario)) build.optimization = optimization(String(value));
  },
  // The driver processes record by record either way.
  "processing.guarantee": () => undefined,
};

/** `builder.build(config)` in Java; `builder.build()` knows nothing of the configuration. */
function builtWithConfig(scenario: Scenario): boolean {
  return scenario.buildWithConfig !== false;
}

/** A word or a list, unchecked: what is wrong with it is for the builder to say. */
function optimization(value: string): NonNullable<BuildOptions["optimization"]> {
  return value.split(/\s*,\s*/) as Optimization[];
}

function handling(handler: Value): "fail" | "continue" {
  return String(handler).includes("Continue") ? "continue" : "fail";
}
