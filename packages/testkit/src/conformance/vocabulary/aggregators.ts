import { BoomError, LackError } from "./errors.ts";
import { nameAndArgument, num, text } from "./text.ts";

export type Aggregate = (aggregate: unknown, value: unknown, key: unknown) => unknown;

const aggregators: Readonly<Record<string, (argument: string) => Aggregate>> = {
  concat: (separator) => (aggregate, value) => joined(aggregate, value, separator),
  concatKey: (separator) => (aggregate, value, key) =>
    `${aggregate === null ? "" : text(aggregate)}${separator}${text(key)}=${text(value)}`,
  listRemove: (separator) => (aggregate, value) => listRemove(aggregate, value, separator),
  sum: () => (aggregate, value) => num(aggregate) + num(value),
  subtract: () => (aggregate, value) => num(aggregate) - num(value),
  sumLength: () => (aggregate, value) => num(aggregate) + lengthOf(value),
  subtractLength: () => (aggregate, value) => num(aggregate) - lengthOf(value),
  count: () => (aggregate) => num(aggregate) + 1,
  uncount: () => (aggregate) => num(aggregate) - 1,
  max: () => (aggregate, value) =>
    aggregate === null ? value : value === null || num(value) <= num(aggregate) ? aggregate : value,
  min: () => (aggregate, value) =>
    aggregate === null ? value : value === null || num(value) >= num(aggregate) ? aggregate : value,
  first: () => (aggregate, value) => aggregate ?? value,
  last: () => (_aggregate, value) => value,
  keep: () => (aggregate) => aggregate,
  toNull: () => () => null,
  sumNullAt: (refused) => (aggregate, value) => {
    const sum = num(aggregate) + num(value);
    return sum === Number(refused) ? null : sum;
  },
  failIf: (refused) => (aggregate, value) => {
    if (text(value) === refused) throw new BoomError(refused);
    return joined(aggregate, value, "|");
  },
};

export function aggregator(spec: string): Aggregate {
  const [name, argument] = nameAndArgument(spec);
  const make = aggregators[name];
  if (make === undefined) throw new LackError(`aggregator ${name}`);
  return make(argument);
}

/** A reducer is an aggregator without a key. */
export function reducer(spec: string): (aggregate: unknown, value: unknown) => unknown {
  const apply = aggregator(spec);
  return (aggregate, value) => apply(aggregate, value, null);
}

const initializers: Readonly<Record<string, (argument: string) => unknown>> = {
  zero: () => 0,
  empty: () => "",
  null: () => null,
  text: (argument) => argument,
  long: Number,
};

export function initializer(spec: string): () => unknown {
  const [name, argument] = nameAndArgument(spec);
  const make = initializers[name];
  if (make === undefined) throw new LackError(`initializer ${name}`);
  return () => make(argument);
}

function joined(aggregate: unknown, value: unknown, separator: string): string {
  return aggregate === null || text(aggregate) === "" ? text(value) : text(aggregate) + separator + text(value);
}

function lengthOf(value: unknown): number {
  return value === null ? 0 : text(value).length;
}

function listRemove(aggregate: unknown, value: unknown, separator: string): string | null {
  if (aggregate === null) return null;
  const parts = text(aggregate).split(separator);
  const at = parts.indexOf(text(value));
  if (at !== -1) parts.splice(at, 1);
  return parts.length === 0 ? null : parts.join(separator);
}
