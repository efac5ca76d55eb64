import { InvalidConfigError, textSettings, type LogLevel, type SettingForm, type StreamsConfig } from "@millrace/runtime";
import { InvalidVariableError, MissingVariableError } from "./errors.ts";

/** What a program gives: settings that the environment may replace, and those that no text can hold. */
export type ServiceConfig = Omit<StreamsConfig, "brokers" | "log"> & Partial<Pick<StreamsConfig, "brokers">>;

/** Variables as a process has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Settings of the service around the application, all of them variables. */
export interface ServiceSettings {
  /** Address on which health and metrics are served. Default `0.0.0.0`, all of IPv4. `HTTP_HOST`. */
  readonly httpHost: string;
  /** Its port; 0: a free one, which the log names. Default 8080. `HTTP_PORT`. */
  readonly httpPort: number;
  /** What is less important is not logged. Default `info`. `LOG_LEVEL`. */
  readonly logLevel: LogLevel;
  /**
   * How long the last commit and the farewell may take after a signal. Default 25,000: who started the process, Kubernetes for
   * one, usually kills it after 30 seconds. `CLOSE_TIMEOUT_MS`.
   */
  readonly closeTimeoutMs: number;
}

export interface Settings {
  readonly streams: Omit<StreamsConfig, "log">;
  readonly service: ServiceSettings;
  /** Variables that decided something, sorted. */
  readonly taken: readonly string[];
}

const defaults: ServiceSettings = { httpHost: "0.0.0.0", httpPort: 8080, logLevel: "info", closeTimeoutMs: 25_000 };
const serviceForms: Readonly<Record<keyof ServiceSettings, SettingForm>> = {
  httpHost: "text",
  httpPort: "integer",
  logLevel: "text",
  closeTimeoutMs: "integer",
};
const levels: readonly LogLevel[] = ["error", "warn", "info", "debug"];

/** `commitIntervalMs` is `COMMIT_INTERVAL_MS`. */
export function variableOf(setting: string): string {
  return setting.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

/** The names of all variables that a service knows, sorted. */
export const variables: readonly string[] = [...textSettings.keys(), ...Object.keys(serviceForms)].map(variableOf).toSorted();

/**
 * Settings from the environment, then from the program, then defaults. An empty variable counts as absent. What the values of the
 * application's own settings may be is checked by `KafkaStreams`: see `namingVariable`.
 *
 * @throws {InvalidVariableError} `STREAMS_INVALID_VARIABLE`
 * @throws {MissingVariableError} `STREAMS_MISSING_VARIABLE` if there are no brokers
 */
export function readSettings(environment: Environment, config: ServiceConfig): Settings {
  const fromStreams = read(environment, textSettings);
  const fromService = read(environment, new Map(Object.entries(serviceForms)));
  const { brokers, ...rest } = { ...config, ...(Object.fromEntries(fromStreams) as Partial<StreamsConfig>) };
  if (brokers === undefined) throw new MissingVariableError(variableOf("brokers"), "localhost:9092");
  const service: ServiceSettings = { ...defaults, ...Object.fromEntries(fromService) };
  check(service);
  const taken = [...fromStreams.keys(), ...fromService.keys()].map(variableOf).toSorted();
  return { streams: { ...rest, brokers }, service, taken };
}

/** The error of a setting that came from a variable, saying so; any other error as it is. */
export function namingVariable(error: unknown, environment: Environment): unknown {
  if (!(error instanceof InvalidConfigError)) return error;
  const name = variableOf(error.key);
  const text = environment[name];
  return text === undefined || text === "" ? error : new InvalidVariableError(name, text, error.allowed, error);
}

function read(environment: Environment, forms: ReadonlyMap<string, SettingForm>): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const [setting, form] of forms) {
    const name = variableOf(setting);
    const text = environment[name];
    if (text !== undefined && text !== "") found.set(setting, valueOf(name, text, form));
  }
  return found;
}

function valueOf(name: string, text: string, form: SettingForm): string | number | readonly string[] {
  switch (form) {
    case "text":
      return text;
    case "list":
      return text.split(",").map((part) => part.trim());
    case "integer":
      if (!/^-?\d{1,15}$/.test(text)) throw new InvalidVariableError(name, text, "an integer");
      return Number(text);
  }
}

function check({ httpPort, logLevel, closeTimeoutMs }: ServiceSettings): void {
  if (httpPort < 0 || httpPort > 65_535) throw invalid("httpPort", httpPort, "an integer from 0 to 65535");
  if (!levels.includes(logLevel)) throw invalid("logLevel", logLevel, `one of ${levels.join(", ")}`);
  if (closeTimeoutMs < 1 || closeTimeoutMs > 2 ** 31 - 1) {
    throw invalid("closeTimeoutMs", closeTimeoutMs, "an integer from 1 to 2147483647");
  }
}

function invalid(setting: keyof ServiceSettings, value: string | number, needed: string): InvalidVariableError {
  return new InvalidVariableError(variableOf(setting), String(value), needed);
}
