import { checkSecurity, InvalidConfigError as ClientInvalidConfigError } from "@millrace/client";
import { silent, type Log, type Transport } from "@millrace/platform";
import { InvalidConfigError } from "./errors.ts";
import type { ConnectionConfig, ConsumerConfig, ProducerConfig, StreamsConfig } from "./settings/streams-config.ts";
import { int32Max, isPlainObject, isPossible, neededFor, type Setting, type SettingGroup } from "./settings/setting.ts";
import { settingByPath, settings } from "./settings/table.ts";
import { unknownSetting } from "./settings/unknown-setting.ts";

/** Settings that may stay absent. */
type OptionalKey =
  | "ssl"
  | "sasl"
  | "stateDirectory"
  | "groupInstanceId"
  | "defaultKeySerde"
  | "defaultValueSerde"
  | "defaultTimestampExtractor";
type ShortForm = "lingerMs" | "batchSizeBytes" | "compression" | "maxRequestSize";

/** A config with its defaults. Short forms are in their groups. */
export interface ResolvedConfig
  extends Required<Omit<StreamsConfig, OptionalKey | ShortForm | SettingGroup>>, Pick<StreamsConfig, OptionalKey> {
  readonly producer: Required<ProducerConfig>;
  readonly consumer: Required<ConsumerConfig>;
  readonly connection: Required<ConnectionConfig>;
}

type Values = Readonly<Record<string, unknown>>;

const groups: readonly SettingGroup[] = ["producer", "consumer", "connection"];
/** Time that a record may wait for its acknowledgement at least, however short the task timeout is. Kafka's default. */
const deliveryTimeoutMsDefault = 120_000;
const batchSizeDefault = 64 * 1024;
const backoffMaxMsDefault = 1_000;
const setupTimeoutMaxMsDefault = 30_000;
const apiTimeoutMsDefault = 60_000;

/** Pauses and times that others include: the shorter, the longer, and what the longer is by default at least. */
const longestOf: readonly (readonly [path: string, longest: string, value: number])[] = [
  ["connection.retryBackoffMs", "connection.retryBackoffMaxMs", backoffMaxMsDefault],
  ["connection.reconnectBackoffMs", "connection.reconnectBackoffMaxMs", backoffMaxMsDefault],
  ["connection.socketConnectionSetupTimeoutMs", "connection.socketConnectionSetupTimeoutMaxMs", setupTimeoutMaxMsDefault],
  // A call has time for one request at least, as in Java's KafkaAdminClient.
  ["connection.requestTimeoutMs", "connection.defaultApiTimeoutMs", apiTimeoutMsDefault],
];

/**
 * Fills in defaults.
 *
 * @param defaultLog log where there is no `log`
 * @param transport checks certificates and keys
 * @throws {InvalidConfigError} `STREAMS_INVALID_CONFIG`, naming the setting, its value and what it may be
 */
export function resolveConfig(
  config: StreamsConfig,
  defaultLog: Log = silent,
  transport: Pick<Transport, "checkTls"> = {},
): ResolvedConfig {
  if (!isPlainObject(config)) throw InvalidConfigError.value("config", config, "an object with settings");
  checkNames(config);
  const given = valuesByPath(config);
  for (const setting of settings) check(setting, given.get(setting.path));
  const values = withDefaults(spelledOut(given), defaultLog);
  const resolved = nested(values) as unknown as ResolvedConfig;
  checkTogether(resolved, given);
  checkSecured(resolved, transport);
  return resolved;
}

/** The client knows what `ssl` and `sasl` may hold. */
function checkSecured({ ssl, sasl }: ResolvedConfig, transport: Pick<Transport, "checkTls">): void {
  try {
    checkSecurity({ ...(ssl === undefined ? {} : { ssl }), sasl }, transport);
  } catch (error) {
    if (error instanceof ClientInvalidConfigError) throw InvalidConfigError.value(error.key, undefined, error.allowed, true);
    throw error;
  }
}

function checkNames(config: Values): void {
  for (const [key, value] of Object.entries(config)) {
    const group = groups.find((name) => name === key);
    if (group === undefined) {
      if (!settingByPath.has(key)) throw unknownSetting(key, null);
    } else if (value !== undefined) {
      if (!isPlainObject(value)) throw InvalidConfigError.value(group, value, `an object with the settings of "${group}"`);
      for (const name of Object.keys(value)) if (!settingByPath.has(`${group}.${name}`)) throw unknownSetting(name, group);
    }
  }
}

/** Values that were given, by path. undefined is the same as absent. */
function valuesByPath(config: Values): Map<string, unknown> {
  const values = new Map<string, unknown>();
  for (const { path, name, group } of settings) {
    const value = group === null ? config[name] : (config[group] as Values | undefined)?.[name];
    if (value !== undefined) values.set(path, value);
  }
  return values;
}

function check(setting: Setting, value: unknown): void {
  if (value === undefined ? setting.required === true : !isPossible(setting, value))
    throw InvalidConfigError.value(setting.path, value, neededFor(setting), setting.secret);
}

/** Short forms under the paths that they are short for. */
function spelledOut(given: ReadonlyMap<string, unknown>): Map<string, unknown> {
  const values = new Map(given);
  for (const { path, shortFor } of settings) {
    if (shortFor === undefined || !values.has(path)) continue;
    const value = values.get(path);
    if (values.has(shortFor))
      throw InvalidConfigError.value(path, value, `absent where "${shortFor}" is given, which is the same`);
    values.set(shortFor, value);
    values.delete(path);
  }
  return values;
}

function withDefaults(given: ReadonlyMap<string, unknown>, log: Log): Map<string, unknown> {
  const plain = settings.flatMap(({ path, shortFor, default: value }) =>
    shortFor === undefined && value !== undefined ? [[path, value] as const] : [],
  );
  const values = new Map<string, unknown>([["clientId", given.get("applicationId")], ["log", log], ...plain, ...given]);
  const number = (path: string): number => values.get(path) as number;
  const orElse = (path: string, value: number): void => void (values.has(path) || values.set(path, value));
  orElse("producer.batchSize", Math.min(batchSizeDefault, number("producer.maxRequestSize")));
  const sendMs = number("producer.lingerMs") + number("connection.requestTimeoutMs");
  const deliveryMs = Math.max(deliveryTimeoutMsDefault, number("taskTimeoutMs"), sendMs);
  orElse("producer.deliveryTimeoutMs", Math.min(deliveryMs, int32Max));
  for (const [path, longest, value] of longestOf) orElse(longest, Math.max(value, number(path)));
  return values;
}

function nested(values: ReadonlyMap<string, unknown>): Values {
  const top: Record<string, unknown> = {};
  for (const group of groups) top[group] = {};
  for (const [path, value] of values) {
    const { group, name } = settingByPath.get(path)!;
    const place = group === null ? top : (top[group] as Record<string, unknown>);
    place[name] = value;
  }
  return top;
}

/** Checks settings against each other. */
function checkTogether(config: ResolvedConfig, given: ReadonlyMap<string, unknown>): void {
  const { heartbeatIntervalMs, sessionTimeoutMs, producer, connection } = config;
  // By the form that the user knows.
  const named = (path: string): string => settings.find((each) => each.shortFor === path && given.has(each.path))?.path ?? path;
  const mustBe = (path: string, value: number, holds: boolean, needed: string): void => {
    if (!holds) throw InvalidConfigError.value(named(path), value, needed);
  };
  mustBe(
    "heartbeatIntervalMs",
    heartbeatIntervalMs,
    heartbeatIntervalMs < sessionTimeoutMs,
    `less than "sessionTimeoutMs" (${String(sessionTimeoutMs)})`,
  );
  const { batchSize, maxRequestSize } = producer;
  mustBe(
    "producer.batchSize",
    batchSize,
    batchSize <= maxRequestSize,
    `at most "${named("producer.maxRequestSize")}" (${String(maxRequestSize)})`,
  );
  // A batch has time for one attempt at least, as in Java's KafkaProducer.
  const { deliveryTimeoutMs, lingerMs } = producer;
  const { requestTimeoutMs } = connection;
  mustBe(
    "producer.deliveryTimeoutMs",
    deliveryTimeoutMs,
    deliveryTimeoutMs >= Math.min(lingerMs + requestTimeoutMs, int32Max),
    `at least "${named("producer.lingerMs")}" and "connection.requestTimeoutMs" together (${String(lingerMs + requestTimeoutMs)})`,
  );
  const times = connection as Values;
  for (const [path, longest] of longestOf) {
    const [first, most] = [path, longest].map((each) => times[each.replace("connection.", "")] as number);
    mustBe(longest, most!, most! >= first!, `at least "${path}" (${String(first)})`);
  }
}
