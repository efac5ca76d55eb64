import { BoomError, LackError } from "./errors.ts";
import { nameAndArgument, num, text } from "./text.ts";

export type Test = (value: unknown, key: unknown) => boolean;
type SubjectTest = (subject: unknown) => boolean;

const tests: Readonly<Record<string, (argument: string) => SubjectTest>> = {
  true: () => () => true,
  false: () => () => false,
  contains: (part) => (subject) => subject !== null && text(subject).includes(part),
  startsWith: (prefix) => (subject) => subject !== null && text(subject).startsWith(prefix),
  eq: (wanted) => (subject) => text(subject) === wanted,
  in: (list) => {
    const wanted = new Set(list.split(","));
    return (subject) => wanted.has(text(subject));
  },
  even: () => (subject) => subject !== null && num(subject) % 2 === 0,
  gt: (bound) => (subject) => subject !== null && num(subject) > Number(bound),
  isNull: () => (subject) => subject === null,
  notNull: () => (subject) => subject !== null,
  failIf: (refused) => (subject) => {
    if (text(subject) === refused) throw new BoomError(refused);
    return true;
  },
};

/** `[not:][key.]name[:argument]` */
export function predicate(spec: string): Test {
  if (spec.startsWith("not:")) {
    const inner = predicate(spec.slice(4));
    return (value, key) => !inner(value, key);
  }
  const onKey = spec.startsWith("key.");
  const [name, argument] = nameAndArgument(onKey ? spec.slice(4) : spec);
  const make = tests[name];
  if (make === undefined) throw new LackError(`predicate ${name}`);
  const test = make(argument);
  return onKey ? (_value, key) => test(key) : (value) => test(value);
}
