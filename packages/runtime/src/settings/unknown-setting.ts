import { InvalidConfigError } from "../errors.ts";
import { nearestNames } from "./nearest-names.ts";
import { refusals, type Refusal } from "./refused.ts";
import type { Setting, SettingGroup } from "./setting.ts";
import { settings } from "./table.ts";

const prefixes = /^(main\.consumer|restore\.consumer|global\.consumer|consumer|producer|admin)\./;
/** The names of so many settings are proposed. */
const proposedMax = 3;

/**
 * The error for a key that no setting has. It says how a setting of Kafka is called here, or why there is none, or which names are like
 * the key.
 *
 * @param group where it stands
 */
export function unknownSetting(key: string, group: SettingGroup | null): InvalidConfigError {
  const path = group === null ? key : `${group}.${key}`;
  const meant = ofKafkasName(key, group);
  if (meant !== undefined) return InvalidConfigError.unknown(path, `It is called "${meant.path}" here.`);
  const refusal = refusalOf(key, group);
  if (refusal !== undefined) return InvalidConfigError.refused(path, refusal.why);
  const near = nearestNames(path, [...new Set(settings.map((each) => each.path))], proposedMax);
  if (near.length > 0) return InvalidConfigError.unknown(path, `Did you mean ${near.map((name) => `"${name}"`).join(" or ")}?`);
  const there = settings.filter((each) => each.group === group).map(({ name }) => name);
  return InvalidConfigError.unknown(
    path,
    `There ${group === null ? "are" : `are, in "${group}",`} ${there.toSorted().join(", ")}.`,
  );
}

/** The setting that Kafka calls so, dotted or in camel case; in the same group first. */
function ofKafkasName(key: string, group: SettingGroup | null): Setting | undefined {
  const words = [plain(key), plain(key.replace(prefixes, ""))];
  const named = settings.filter(({ name, kafka, aliases = [] }) =>
    [name, kafka ?? "", (kafka ?? "").replace(prefixes, ""), ...aliases].some(
      (each) => each !== "" && words.includes(plain(each)),
    ),
  );
  return named.find((each) => each.group === group) ?? named.find((each) => each.shortFor === undefined) ?? named[0];
}

function refusalOf(key: string, group: SettingGroup | null): Refusal | undefined {
  const scope = group ?? "streams";
  const own = refusals.filter((each) => each.scope === scope || each.scope === "any");
  // A producer's setting at the top level gets the same message.
  return [...own, ...refusals].find(({ names }) => names.some((name) => isCalled(key, name)));
}

function isCalled(key: string, name: string): boolean {
  if (name.endsWith(".")) return plain(key).startsWith(plain(name));
  return plain(key) === plain(name) || plain(key.replace(prefixes, "")) === plain(name);
}

/** A name without what differs between Kafka's way to write it and ours. */
function plain(name: string): string {
  return name.replaceAll(/[._*-]/g, "").toLowerCase();
}
