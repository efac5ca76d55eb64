import { shown } from "../shown.ts";
import { InvalidArgumentError } from "../errors.ts";

/** @throws {InvalidArgumentError} when a value is no serde, with the option's name and the nearest mistake */
export function checkSerde(value: unknown, option: string): void {
  const mistake = serdeMistake(value);
  if (mistake !== null) throw new InvalidArgumentError(`${option} is no serde: ${mistake}`);
}

/** Returns a sentence on what is wrong with a value as a serde, or null if nothing is. */
export function serdeMistake(value: unknown): string | null {
  if (typeof value === "function" && !("~standard" in value)) {
    const { name } = value;
    return `it is ${name === "" ? "a function" : `the function ${name}`}. ${name === "" ? "Give what it returns." : `Call it: ${name}().`}`;
  }
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return `it is ${shown(value)}.`;
  if ("~standard" in value) return "it is a schema. Wrap it: json(schema).";
  const parts = value as Readonly<Record<string, unknown>>;
  const missing = ["read", "sizeMax", "write"].filter((name) => typeof parts[name] !== "function");
  if (missing.length === 0 && typeof parts["name"] === "string") return null;
  if (typeof parts["serialize"] === "function" || typeof parts["deserialize"] === "function")
    return "it has functions over buffers. Wrap them: serde({ serialize, deserialize }).";
  if (typeof parts["encode"] === "function" && typeof parts["decode"] === "function")
    return "it has encode and decode. Wrap them: serde({ serialize: encode, deserialize: decode }).";
  if ("key" in value || "value" in value) return "it holds serdes. Give one of them.";
  if (missing.length > 0) return `it is ${shown(value)} without ${missing.join(", ")}.`;
  return "it has no name, which errors need.";
}
