import { InvalidArgumentError, shown } from "@millrace/core";
import { durationMs, type Duration } from "../duration.ts";
import { checkName } from "../names.ts";
import { BuildersMixedError } from "../errors.ts";
import { ownerOf } from "./owners.ts";

/** Place of a value in a call, for the message about a wrong one. */
export interface Place {
  /** Such as `mapValues()`. */
  readonly call: string;
  /** Such as `mapper`, or `option "key"`. */
  readonly what: string;
  /** Builder of the object that was called, or null. */
  readonly builder: object | null;
}

/**
 * Check of one kind of value.
 *
 * @throws {InvalidArgumentError} `STREAMS_INVALID_ARGUMENT` for a value of another kind
 */
export type Kind = (value: unknown, place: Place) => void;

export const callback: Kind = (value, place) => {
  if (typeof value !== "function") throw refused(value, place, "a function");
};

/** A serde, or null for one that is not set. */
export const serde: Kind = (value, place) => checkSerde(value, place, ["read", "write", "sizeMax"]);

/** A serde that only writes, as sinks need. */
export const writingSerde: Kind = (value, place) => checkSerde(value, place, ["write"]);

export const name: Kind = (value, place) => {
  if (typeof value !== "string") throw refused(value, place, "a name");
  checkName(value);
};

export const duration: Kind = (value, place) => {
  if (typeof value !== "number" && typeof value !== "string") throw refused(value, place, 'a duration, such as 500 or "10s",');
  durationMs(value as Duration, `${place.what} of ${place.call}`);
};

export const flag: Kind = (value, place) => {
  if (typeof value !== "boolean") throw refused(value, place, "true or false");
};

export const partitionCount: Kind = (value, place) => {
  // How large a count may be is the topology's to judge, which names the topic.
  if (typeof value !== "number") throw refused(value, place, "a number of partitions");
};

export function oneOf(...words: readonly string[]): Kind {
  return (value, place) => {
    if (!words.includes(value as string)) throw refused(value, place, words.map((word) => `"${word}"`).join(" or "));
  };
}

export const logging: Kind = (value, place) => {
  if (typeof value === "boolean") return;
  if (!isPlain(value)) throw refused(value, place, "true, false, or an object with the changelog topic's configuration");
  for (const [key, setting] of Object.entries(value)) {
    if (typeof setting !== "string") throw refused(setting, { ...place, what: `${place.what}, "${key}"` }, "a string");
  }
};

export const reset: Kind = (value, place) => {
  if (isPlain(value) && typeof value["byDurationMs"] === "number") return;
  if (!["earliest", "latest", "none"].includes(value as string)) {
    throw refused(value, place, '"earliest", "latest", "none" or { byDurationMs }');
  }
};

/** A name that Kafka allows for a topic. */
export const topicName: Kind = (value, place) => {
  if (typeof value !== "string" || value === "") throw refused(value, place, "a topic's name");
  if (!/^[A-Za-z0-9._-]{1,249}$/.test(value) || value === "." || value === "..")
    throw refused(value, place, 'a topic\'s name of at most 249 ASCII letters, digits, ".", "_" and "-"');
};

/** A name, or an object that `topic()` made. */
export const topic: Kind = (value, place) => {
  if (value instanceof RegExp) throw refused(value, place, "a topic's name (patterns are not here yet)");
  if (!isPlain(value)) {
    if (typeof value !== "string" || value === "") throw refused(value, place, "a topic's name, or a topic made by topic()");
    return topicName(value, place);
  }
  topicName(value["name"], { ...place, what: `name of its ${place.what}` });
  writingSerdeOrAbsent(value["key"], { ...place, what: `key of its ${place.what}` });
  writingSerdeOrAbsent(value["value"], { ...place, what: `value of its ${place.what}` });
};

/** Source of a stream: a topic, or several names. */
export const topics: Kind = (value, place) => {
  if (!Array.isArray(value)) return topic(value, place);
  if (value.length === 0) throw refused(value, place, "at least one topic");
  for (const item of value) topicName(item, place);
};

/** Target of a stream: a topic, or a function that chooses one for each record. */
export const sinkTopic: Kind = (value, place) => {
  if (typeof value !== "function") topic(value, place);
};

export const windows: Kind = (value, place) => {
  if (!isPlain(value) || value["kind"] !== "time")
    throw refused(value, place, "windows, such as TimeWindows.of({ size, grace }),");
};

export const optimization: Kind = (value, place) => {
  if (typeof value !== "string" && !Array.isArray(value))
    throw refused(value, place, '"all", "none", or a list of optimizations');
};

/** A definition of a store, as `keyValueStore()` and `windowStore()` make it. */
export const stateStore: Kind = (value, place) => {
  if (!isPlain(value) || !isPlain(value["spec"]))
    throw refused(value, place, "a definition of a store, made by keyValueStore() or windowStore(),");
};

/** Names or definitions of stores. */
export const stateStores: Kind = (value, place) => {
  if (!Array.isArray(value)) throw refused(value, place, "an array of stores' names or definitions");
  for (const item of value) if (typeof item !== "string") stateStore(item, place);
};

/** A maker of processors, with the stores that they come with. */
export const supplier: Kind = (value, place) => {
  if (!isPlain(value) || typeof value["create"] !== "function") throw refused(value, place, "an object with a function `create`");
  if (value["stores"] !== undefined) {
    if (!Array.isArray(value["stores"]))
      throw refused(value["stores"], { ...place, what: `stores of its ${place.what}` }, "an array");
    for (const item of value["stores"]) stateStore(item, { ...place, what: `stores of its ${place.what}` });
  }
  // Java asks twice, too: an object that served two tasks would mix their records.
  const [first, second] = [value["create"]() as unknown, value["create"]() as unknown];
  if (!isPlain(first) || typeof first["process"] !== "function")
    throw refused(first, { ...place, what: `result of \`create\` of its ${place.what}` }, "an object with a function `process`");
  if (first === second)
    throw new InvalidArgumentError(
      `${place.call} needs a new processor at each call of \`create\` of its ${place.what}, but got the same twice.`,
    );
};

/** A stream of the same builder. */
export const stream: Kind = (value, place) => checkOwned(value, place, "stream");

/** A table of the same builder. */
export const table: Kind = (value, place) => checkOwned(value, place, "table");

function writingSerdeOrAbsent(value: unknown, place: Place): void {
  if (value !== undefined) writingSerde(value, place);
}

function checkSerde(value: unknown, place: Place, needed: readonly string[]): void {
  if (value === null) return;
  if (typeof value === "object" && needed.every((part) => typeof (value as Record<string, unknown>)[part] === "function")) return;
  const hint = typeof value === "function" && value.name !== "" ? ` Perhaps ${value.name}() was meant.` : "";
  throw refused(value, place, "a serde, such as string or json(),", hint);
}

function checkOwned(value: unknown, place: Place, kind: "stream" | "table"): void {
  const owner = ownerOf(value);
  if (owner?.kind !== kind) throw refused(owner === null ? value : `a ${owner.kind}`, place, `a ${kind}`, "", owner !== null);
  if (owner.builder !== place.builder) throw new BuildersMixedError(place.call, kind);
}

function refused(value: unknown, place: Place, wanted: string, hint = "", described = false): InvalidArgumentError {
  const got = described ? String(value) : value === undefined ? "undefined" : shown(value);
  return new InvalidArgumentError(`${place.call} needs ${wanted} as its ${place.what}, but got ${got}.${hint}`);
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
