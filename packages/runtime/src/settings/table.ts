import { connectionRows } from "./connection.ts";
import { consumerRows } from "./consumer.ts";
import { producerRows } from "./producer.ts";
import { type Setting, settingsIn } from "./setting.ts";
import { streamsRows } from "./streams.ts";

const inGroups: readonly Setting[] = [
  ...settingsIn("producer", producerRows),
  ...settingsIn("consumer", consumerRows),
  ...settingsIn("connection", connectionRows),
];

/**
 * Every setting of an application. Checks, types, variables of the environment and docs/configuration.md follow from these rows: a new
 * setting is one more, then `npm run settings`.
 */
export const settings: readonly Setting[] = [...settingsIn(null, streamsRows).map(whole), ...inGroups];

/** The settings by their paths. */
export const settingByPath: ReadonlyMap<string, Setting> = new Map(settings.map((setting) => [setting.path, setting]));

/** A short form is what it is short for, by its own name. */
function whole(setting: Setting): Setting {
  const { name, kafka, group, path, shortFor } = setting;
  if (shortFor === undefined) return setting;
  const meant = inGroups.find((each) => each.path === shortFor)!;
  return { ...meant, name, kafka, group, path, shortFor, text: `Short for \`${shortFor}\`. ${meant.text}` };
}
