import { Windowed } from "@millrace/core";
import { BoomError, LackError } from "./errors.ts";
import { nameAndArgument, num, text } from "./text.ts";

/** A mapper sees value and key, as our callbacks do. */
export type Mapper = (value: unknown, key: unknown) => unknown;
type Stage = (subject: unknown, key: unknown) => unknown;

/** `[key.]stage > stage > …`: each stage's subject is the result before it; the first one's is the value, or the key. */
export function mapper(spec: string): Mapper {
  const [first = "", ...rest] = spec.split(" > ");
  const onKey = first.startsWith("key.");
  const stages = [onKey ? first.slice(4) : first, ...rest].map(stage);
  return (value, key) => stages.reduce((subject, apply) => apply(subject, key), onKey ? key : value);
}

const stages: Readonly<Record<string, (argument: string) => Stage>> = {
  identity: () => (subject) => subject,
  upper: () => unlessNull((subject) => upper(text(subject))),
  append: (suffix) => (subject) => text(subject) + suffix,
  prefix: (prefix) => (subject) => prefix + text(subject),
  prefixWithKey: () => (subject, key) => `${text(key)}:${text(subject)}`,
  length: () => (subject) => (subject === null ? 0 : text(subject).length),
  toNull: () => () => null,
  const: (constant) => () => constant,
  constLong: (constant) => () => Number(constant),
  toLong: () => unlessNull(num),
  toText: () => unlessNull(text),
  nullToText: () => text,
  add: (amount) => unlessNull((subject) => num(subject) + Number(amount)),
  mod: (modulus) => unlessNull((subject) => floorMod(num(subject), Number(modulus))),
  firstChar: () => unlessNull((subject) => text(subject).slice(0, 1)),
  field: (index) => unlessNull((subject) => text(subject).split(",")[Number(index)] ?? null),
  nullIf: (refused) => (subject) => (text(subject) === refused ? null : subject),
  failIf: (refused) => (subject) => {
    if (text(subject) === refused) throw new BoomError(refused);
    return subject;
  },
  windowKey: () => (subject) => (subject instanceof Windowed ? subject.key : subject),
  windowStart: () => (subject) => (subject as Windowed<unknown>).start,
  windowEnd: () => (subject) => (subject as Windowed<unknown>).end,
};

function stage(spec: string): Stage {
  const [name, argument] = nameAndArgument(spec);
  const make = stages[name];
  if (make === undefined) throw new LackError(`mapper ${name}`);
  return make(argument);
}

function unlessNull(apply: (subject: unknown) => unknown): Stage {
  return (subject) => (subject === null ? null : apply(subject));
}

/** ASCII letters only, whatever the locale says. */
function upper(string: string): string {
  return string.replace(/[a-z]/g, (letter) => letter.toUpperCase());
}

function floorMod(dividend: number, modulus: number): number {
  const rest = ((dividend % modulus) + modulus) % modulus;
  return rest === 0 ? 0 : rest; // never -0, which is not an integer's text
}
