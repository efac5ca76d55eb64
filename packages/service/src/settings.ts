import { InvalidConfigError, type LogLevel, type StreamsConfig } from "@millrace/runtime";
import { isPossible, neededFor, settings, variableOf, type Setting } from "@millrace/runtime/settings";
import type { Files } from "@millrace/platform";
import { InvalidVariableError, MissingVariableError } from "./errors.ts";
import { readSecurity, securityVariableOf, securityVariables } from "./security-variables.ts";
import { serviceSettings } from "./service-settings.ts";

/** Settings that a program gives: those that the environment may replace, and those that no text can hold. */
export type ServiceConfig = Omit<StreamsConfig, "brokers" | "log"> & Partial<Pick<StreamsConfig, "brokers">>;

/** Variables as a process has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The values of `serviceSettings`. */
export interface ServiceSettings {
  readonly httpHost: string;
  readonly httpPort: number;
  readonly logLevel: LogLevel;
  readonly closeTimeoutMs: number;
}

export interface Settings {
  readonly streams: Omit<StreamsConfig, "log">;
  readonly service: ServiceSettings;
  /** Variables that decided something, sorted. */
  readonly taken: readonly string[];
}

const textSettings: readonly Setting[] = settings.filter(({ kind }) => kind !== "object");
const known: readonly Setting[] = [...textSettings, ...serviceSettings];

/** The names of all variables that a service knows, sorted. */
export const variables: readonly string[] = [
  ...known.map(({ path }) => variableOf(path)),
  ...securityVariables.map(({ name }) => name),
].toSorted();

/**
 * Settings from the environment, then from the program, then defaults. An empty variable counts as absent. `KafkaStreams`
 * checks the values of the application's own settings: see `namingVariable`.
 *
 * @param files files with secrets and certificates; default: there are none
 * @throws {InvalidVariableError} `STREAMS_INVALID_VARIABLE`
 * @throws {MissingVariableError} `STREAMS_MISSING_VARIABLE` if there are no brokers
 */
export function readSettings(
  environment: Environment,
  config: ServiceConfig,
  files: Pick<Files, "readAll"> = { readAll: () => null },
): Settings {
  const fromStreams = read(environment, textSettings);
  const fromService = read(environment, serviceSettings);
  const security = readSecurity(environment, files, config);
  const { brokers, ...rest } = { ...placed(config, fromStreams), ...security.settings };
  if (brokers === undefined) throw new MissingVariableError(variableOf("brokers"), "localhost:9092");
  const named = [...fromStreams, ...fromService].map(([{ path }]) => variableOf(path));
  const taken = [...named, ...security.taken].toSorted();
  return { streams: { ...rest, brokers }, service: serviceValues(environment, fromService), taken };
}

/** The error of a setting that came from a variable, saying so; any other error as it is. */
export function namingVariable(error: unknown, environment: Environment): unknown {
  if (!(error instanceof InvalidConfigError) || error.allowed === null) return error;
  const security = securityVariableOf(error.key, environment);
  if (security !== null) return new InvalidVariableError(security.name, security.text, error.allowed, error);
  const setting = textSettings.find(({ path }) => path === error.key);
  const text = setting === undefined ? undefined : environment[variableOf(setting.path)];
  return text === undefined || text === "" ? error : invalid(setting!, text, error.allowed, error);
}

/** The program's config with the values of variables in their places. */
function placed(config: ServiceConfig, values: ReadonlyMap<Setting, unknown>): ServiceConfig {
  const whole: Record<string, unknown> = { ...config };
  for (const setting of values.keys()) {
    // A variable goes before what the program gives, in whichever of two forms.
    for (const other of settings) if (other.path === setting.shortFor || other.shortFor === setting.path) remove(whole, other);
  }
  for (const [setting, value] of values) place(whole, setting, value);
  return whole as unknown as ServiceConfig;
}

function remove(whole: Record<string, unknown>, { group, name }: Setting): void {
  if (group === null) delete whole[name];
  else if (typeof whole[group] === "object") {
    const { [name]: _, ...others } = whole[group] as Record<string, unknown>;
    whole[group] = others;
  }
}

function place(whole: Record<string, unknown>, { group, name }: Setting, value: unknown): void {
  if (group === null) whole[name] = value;
  else whole[group] = { ...(whole[group] as object | undefined), [name]: value };
}

function read(environment: Environment, rows: readonly Setting[]): Map<Setting, unknown> {
  const found = new Map<Setting, unknown>();
  for (const setting of rows) {
    const text = environment[variableOf(setting.path)];
    if (text !== undefined && text !== "") found.set(setting, valueOf(setting, text));
  }
  return found;
}

function valueOf(setting: Setting, text: string): unknown {
  switch (setting.kind) {
    case "text":
    case "choice":
      return text;
    case "list":
      return text.split(",").map((part) => part.trim());
    case "integer":
      if (!/^-?\d{1,15}$/.test(text)) throw invalid(setting, text, "an integer");
      return Number(text);
    case "boolean":
      if (text !== "true" && text !== "false") throw invalid(setting, text, "true or false");
      return text === "true";
    case "map":
      return Object.fromEntries(text.split(",").map((part) => pair(setting, text, part)));
    case "object":
      return undefined;
  }
}

function pair(setting: Setting, text: string, part: string): [string, string] {
  const at = part.indexOf("=");
  if (at < 1) throw invalid(setting, text, "a list of name=value, with commas between them");
  return [part.slice(0, at).trim(), part.slice(at + 1).trim()];
}

function serviceValues(environment: Environment, given: ReadonlyMap<Setting, unknown>): ServiceSettings {
  const values = serviceSettings.map((setting) => {
    const value = given.get(setting) ?? setting.default;
    if (!isPossible(setting, value)) throw invalid(setting, environment[variableOf(setting.path)] ?? "", neededFor(setting));
    return [setting.name, value];
  });
  return Object.fromEntries(values) as ServiceSettings;
}

function invalid({ path, secret }: Setting, text: string, needed: string, cause?: unknown): InvalidVariableError {
  return new InvalidVariableError(variableOf(path), secret === true ? "***" : text, needed, cause);
}
