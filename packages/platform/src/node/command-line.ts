import { parseArgs } from "node:util";
import { editDistance } from "../edit-distance.ts";

/** One option of a program, `--name` or `--name VALUE`. */
export interface ProgramOption {
  /** Name of the value in the help text, such as `HOST:PORT`. Without it the option is a switch. */
  readonly value?: string;
  /** Explanation of the option in the help text, as one sentence. */
  readonly text: string;
  /** Default: undefined, for a switch false. */
  readonly default?: string;
  /** The only values. */
  readonly choices?: readonly string[];
  /** The value is a number of at least `min`, whole unless `fraction`. */
  readonly number?: { readonly min: number; readonly max?: number; readonly fraction?: boolean };
  /** May be given more than once. */
  readonly many?: boolean;
}

/** A program's command line: the one table from which its help follows, what it takes, and what it says to the rest. */
export interface Program<Options extends Readonly<Record<string, ProgramOption>> = Readonly<Record<string, ProgramOption>>> {
  /** Command that runs the program, such as `npm run broker --`; the help text shows it. */
  readonly command: string;
  /** Purpose of the program, and its exit codes if it has others than 0, 1 (failed) and 2 (called wrongly). */
  readonly text: string;
  /** By name, without the dashes. */
  readonly options: Options;
  /** Name of the arguments without dashes in the help text, such as `DIR…`. Default: the program accepts none. */
  readonly operands?: string;
}

type OptionValue<Option> = Option extends { readonly many: true }
  ? readonly string[]
  : Option extends { readonly value: string }
    ? One<Option> | (Option extends { readonly default: string } ? never : undefined)
    : boolean;
type One<Option> = Option extends { readonly number: object }
  ? number
  : Option extends { readonly choices: readonly (infer Choice)[] }
    ? Choice
    : string;

/** Arguments of a call that fit the program's table, converted to the types that the table states. */
export interface CommandLine<Options> {
  /**
   * Value of each option by its name: a number, one of the choices, a string, or a list of them for `many`. An option that
   * was not given has its default; without one it is undefined, or false for a switch.
   */
  readonly values: { readonly [Name in keyof Options]: OptionValue<Options[Name]> };
  /** Arguments without dashes, in order; empty if there are none. */
  readonly operands: readonly string[];
}

/** Reply of a program instead of running: its help (code 0), or the fault in its arguments (code 2). */
export interface CommandLineAnswer {
  /** Exit code: 0 for the help, 2 for wrong arguments. */
  readonly code: 0 | 2;
  /** Text to print: on standard output for code 0, on standard error for code 2. */
  readonly text: string;
}

/** Reads a program's arguments. Returns their values, or the reply to print instead. `--help` goes before everything else. */
export function readCommandLine<const Options extends Readonly<Record<string, ProgramOption>>>(
  program: Program<Options>,
  args: readonly string[],
): CommandLine<Options> | CommandLineAnswer {
  const options = Object.entries<ProgramOption>(program.options);
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    tokens: true,
    options: Object.fromEntries([
      ["help", { type: "boolean" as const, short: "h" }],
      ...options.map(([name, { value }]) => [name, { type: value === undefined ? ("boolean" as const) : ("string" as const) }]),
    ]) as Record<string, { type: "boolean" | "string" }>,
  });
  if (tokens.some((token) => token.kind === "option" && token.name === "help")) return { code: 0, text: helpText(program) };
  const values: Record<string, unknown> = {};
  for (const [name, { value, default: fallback, many, number }] of options) {
    if (many === true) values[name] = [];
    else if (value === undefined) values[name] = false;
    else values[name] = fallback === undefined || number === undefined ? fallback : Number(fallback);
  }
  const operands: string[] = [];
  for (const token of tokens) {
    if (token.kind === "option-terminator") continue;
    if (token.kind === "positional") {
      if (program.operands === undefined) return wrong(program, `"${token.value}" is no option of it`);
      operands.push(token.value);
      continue;
    }
    const option = (program.options as Readonly<Record<string, ProgramOption>>)[token.name];
    if (option === undefined) return wrong(program, unknownOption(token.rawName, options));
    const fault = faultOf(token.rawName, option, token.value, token.inlineValue === true);
    if (fault !== null) return wrong(program, fault);
    if (option.many === true) (values[token.name] as string[]).push(token.value!);
    else values[token.name] = option.value === undefined || (option.number === undefined ? token.value : Number(token.value));
  }
  return { values: values as CommandLine<Options>["values"], operands };
}

/**
 * Reads the arguments of this process. Ends the process if they ask for help, with 0 and the help on standard output, or if
 * they are wrong, with 2 and a sentence on standard error.
 */
export function commandLine<const Options extends Readonly<Record<string, ProgramOption>>>(
  program: Program<Options>,
  args: readonly string[] = process.argv.slice(2),
): CommandLine<Options> {
  const read = readCommandLine(program, args);
  return "code" in read ? end(read) : read;
}

/** Ends the process, since its arguments do not go together. @param fact what is wrong, as a sentence without its full stop */
export function wrongArguments(program: Program, fact: string): never {
  return end(wrong(program, fact));
}

function end({ code, text }: CommandLineAnswer): never {
  (code === 0 ? process.stdout : process.stderr).write(text);
  process.exit(code);
}

function wrong({ command }: Program, fact: string): CommandLineAnswer {
  return { code: 2, text: `${fact}. "${command} --help" lists what it takes.\n` };
}

function unknownOption(name: string, options: readonly (readonly [string, ProgramOption])[]): string {
  const near = ["help", ...options.map(([known]) => known)]
    .map((known) => ({ known, distance: editDistance(name.replace(/^-+/, ""), known) }))
    .sort((a, b) => a.distance - b.distance)[0]!;
  const hint = near.distance <= Math.max(2, Math.floor(near.known.length / 2)) ? `; the nearest is "--${near.known}"` : "";
  return `There is no option "${name}"${hint}`;
}

function faultOf(name: string, option: ProgramOption, value: string | undefined, isInline: boolean): string | null {
  if (option.value === undefined) return value === undefined ? null : `${name} takes no value`;
  if (value === undefined || value === "" || (!isInline && value.startsWith("--")))
    return `${name} needs a value: ${option.value}`;
  if (option.choices !== undefined && !option.choices.includes(value))
    return `${name} takes ${option.choices.join(", ")}, and not "${value}"`;
  if (option.number === undefined) return null;
  const { min, max = Infinity, fraction = false } = option.number;
  const number = Number(value);
  if (value.trim() !== "" && number >= min && number <= max && (fraction || Number.isSafeInteger(number))) return null;
  const kind = fraction ? "a number" : "a whole number";
  return `${name} takes ${kind} ${max === Infinity ? `of at least ${min}` : `from ${min} to ${max}`}, and not "${value}"`;
}

function helpText({ command, text, options, operands }: Program): string {
  const rows = [
    ...Object.entries(options).map(([name, option]) => [
      `--${name}${option.value === undefined ? "" : ` ${option.value}`}`,
      [
        option.text,
        option.choices === undefined ? "" : ` (${option.choices.join(", ")})`,
        option.default === undefined ? "" : ` [default ${option.default}]`,
        option.many === true ? " [may be repeated]" : "",
      ].join(""),
    ]),
    ["--help", "this text"],
  ] as const;
  const width = Math.max(...rows.map(([left]) => left.length));
  const lines = rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
  const called = [command, ...(operands === undefined ? [] : [operands]), "[OPTION…]"].join(" ");
  return `usage: ${called}\n\n${text}\n\n${lines.join("\n")}\n`;
}
