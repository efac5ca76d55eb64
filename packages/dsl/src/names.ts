import { TopologyError } from "@millrace/core";

const nameLengthMax = 249;

/**
 * Checks what a user named: names become parts of topic names.
 *
 * @throws {TopologyError} `STREAMS_INVALID_TOPOLOGY` (Java: `Named.validate`)
 */
export function checkName(name: string): void {
  if (name === "") throw new TopologyError("A name is empty. Leave it out to have one generated.");
  if (name === "." || name === "..") throw new TopologyError(`A name is "${name}", which Kafka does not allow.`);
  if (name.length > nameLengthMax)
    throw new TopologyError(`A name has ${name.length} characters, at most ${nameLengthMax} are allowed: "${name}".`);
  if (!/^[A-Za-z0-9._-]+$/.test(name)) {
    throw new TopologyError(`The name "${name}" has a character other than ASCII letters, digits, ".", "_" and "-".`);
  }
}

/** Prefixes of generated names, as Java has them. */
export const prefixes = {
  source: "KSTREAM-SOURCE-",
  sink: "KSTREAM-SINK-",
  filter: "KSTREAM-FILTER-",
  keySelect: "KSTREAM-KEY-SELECT-",
  map: "KSTREAM-MAP-",
  mapValues: "KSTREAM-MAPVALUES-",
  flatMap: "KSTREAM-FLATMAP-",
  flatMapValues: "KSTREAM-FLATMAPVALUES-",
  foreach: "KSTREAM-FOREACH-",
  peek: "KSTREAM-PEEK-",
  process: "KSTREAM-PROCESSOR-",
  processValues: "KSTREAM-PROCESSVALUES-",
  merge: "KSTREAM-MERGE-",
  repartition: "KSTREAM-REPARTITION-",
  toTable: "KSTREAM-TOTABLE-",
  join: "KSTREAM-JOIN-",
  leftJoin: "KSTREAM-LEFTJOIN-",
  aggregate: "KSTREAM-AGGREGATE-",
  reduce: "KSTREAM-REDUCE-",
  tableSource: "KTABLE-SOURCE-",
  tableFilter: "KTABLE-FILTER-",
  tableMapValues: "KTABLE-MAPVALUES-",
  tableToStream: "KTABLE-TOSTREAM-",
  tableSelect: "KTABLE-SELECT-",
  tableAggregate: "KTABLE-AGGREGATE-",
  tableReduce: "KTABLE-REDUCE-",
} as const;
