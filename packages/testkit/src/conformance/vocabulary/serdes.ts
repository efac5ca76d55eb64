import {
  boolean,
  bytes,
  DeserializationError,
  float32,
  float64,
  int16,
  int32,
  int64,
  list,
  SerializationError,
  string,
  uuid,
  voidSerde,
  windowed,
  Windowed,
  type Serde,
} from "@millrace/core";
import { LackError } from "./errors.ts";
import { nameAndArgument } from "./text.ts";

const plain: Readonly<Record<string, Serde<any>>> = {
  string,
  long: int64,
  int: int32,
  short: int16,
  double: float64,
  float: float32,
  boolean,
  uuid,
  void: voidSerde,
  bytes,
};

export function serde(spec: string): Serde<any> {
  const known = plain[spec];
  if (known !== undefined) return known;
  const [name, argument] = nameAndArgument(spec);
  switch (name) {
    case "list":
      return list(serde(argument));
    case "timeWindowed": {
      const [inner, sizeMs] = windowedArgument(argument);
      return windowed(serde(inner), sizeMs);
    }
    case "failing":
      return failing(argument);
    default:
      throw new LackError(`serde ${name}`);
  }
}

/** `inner:size`, split at the last colon. */
function windowedArgument(argument: string): readonly [inner: string, sizeMs: number] {
  const colon = argument.lastIndexOf(":");
  return [argument.slice(0, colon), Number(argument.slice(colon + 1))];
}

/** Strings, but one of them can neither be written nor read. */
function failing(refused: string): Serde<string> {
  const name = `failing:${refused}`;
  return {
    name,
    identity: "value",
    read(from, start, end) {
      const value = string.read(from, start, end);
      if (value === refused) throw new DeserializationError(name, `it is told to refuse "${refused}".`);
      return value;
    },
    sizeMax: (value) => string.sizeMax(value),
    write(to, at, value) {
      if (value === refused) throw new SerializationError(name, `it is told to refuse "${refused}".`);
      return string.write(to, at, value);
    },
  };
}

/** A value from its form in a scenario. */
export function fromJson(spec: string, json: unknown): unknown {
  if (json === null || json === undefined) return null;
  const [name, argument] = nameAndArgument(spec);
  switch (name) {
    case "long":
      return Number(json);
    case "bytes":
      return Buffer.from(json as string, "hex");
    case "void":
      return null;
    case "list":
      return (json as unknown[]).map((item) => fromJson(argument, item));
    case "timeWindowed": {
      const { key, start, end } = json as { key: unknown; start: number; end: number };
      return new Windowed(fromJson(windowedArgument(argument)[0], key), start, end);
    }
    default:
      return json;
  }
}

/** A value in its form in a scenario. */
export function toJson(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  if (value instanceof Windowed) return { key: toJson(value.key), start: value.start, end: value.end };
  if (Array.isArray(value)) return value.map(toJson);
  return value;
}
