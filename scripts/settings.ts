/**
 * What follows from the tables of settings: the types of `StreamsConfig`, and docs/configuration.md. Run as a program it writes both; a
 * test compares them.
 */
import { writeFileSync } from "node:fs";
import { refusals, settings, variableOf, type Setting } from "@millrace/runtime/settings";
import { securityVariables, serviceSettings } from "@millrace/service";
import { format } from "oxfmt";
import { linksOf } from "./documents.ts";
import { commandLine } from "../packages/platform/src/node/command-line.ts";

/** Each file with what it should contain. */
export async function settingsFiles(): Promise<Map<string, string>> {
  const types = await format("streams-config.ts", typesText(), { printWidth: 130 });
  return new Map([
    ["packages/runtime/src/settings/streams-config.ts", types.code],
    [page, pageText()],
  ]);
}

const page = "docs/configuration.md";
const groups = ["producer", "consumer", "connection"] as const;
type Group = (typeof groups)[number];
const columnsMax = 130;

const groupTexts: Readonly<Record<Group, string>> = {
  producer: "Settings of the producer, which writes to sinks, repartition topics and changelogs.",
  consumer: "Settings of what reads: source topics, repartition topics, and changelogs while stores are restored.",
  connection: "Settings of all connections and requests. Java has them in each of its clients; here one client is behind all.",
};

function typesText(): string {
  const own = settings.filter(({ group }) => group === null).map(member);
  const parts = groups.map((group) => `${docstring("", groupTexts[group])}\nreadonly ${group}?: ${typeName(group)};`);
  return [
    "// Written by `npm run settings` from the tables beside it.",
    'import type { SaslOptions, SslOptions } from "@millrace/client";',
    'import type { ErrorHandler, Serde, TimestampExtractor } from "@millrace/core";',
    'import type { Log } from "@millrace/platform";',
    "",
    docstring("", "Settings of an application: Kafka's names in camel case; times in milliseconds, sizes in bytes."),
    `export interface StreamsConfig {\n${[...own, ...parts].join("\n")}\n}`,
    ...groups.map((group) => {
      const members = settings.filter((each) => each.group === group).map(member);
      return `\n${docstring("", groupTexts[group])}\nexport interface ${typeName(group)} {\n${members.join("\n")}\n}`;
    }),
    "",
  ].join("\n");
}

function typeName(group: Group): string {
  return `${group[0]!.toUpperCase()}${group.slice(1)}Config`;
}

function member(setting: Setting): string {
  const { name, required, kafka } = setting;
  const given = defaultOf(setting);
  const parts = [setting.text, given === null || required ? null : `Default: ${given}.`, kafka === null ? null : `\`${kafka}\`.`];
  return `${docstring("  ", parts.filter((part) => part !== null).join(" "))}\n  readonly ${name}${required ? "" : "?"}: ${typeOf(setting)};`;
}

function docstring(indent: string, text: string): string {
  const single = `${indent}/** ${text} */`;
  if (single.length <= columnsMax) return single;
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && `${indent} * ${line} ${word}`.length > columnsMax) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [`${indent}/**`, ...[...lines, line].map((each) => `${indent} * ${each}`), `${indent} */`].join("\n");
}

function typeOf({ kind, choices = [], type }: Setting): string {
  switch (kind) {
    case "integer":
      return "number";
    case "boolean":
      return "boolean";
    case "choice":
      return [...choices.map((word) => JSON.stringify(word)), ...(type === undefined ? [] : [type])].join(" | ");
    case "text":
      return "string";
    case "list":
      return "readonly string[]";
    case "map":
      return "Readonly<Record<string, string>>";
    case "object":
      return type!;
  }
}

/** The default as people read it; null: none. */
function defaultOf({ default: value, defaultText, unit }: Setting): string | null {
  if (defaultText !== undefined) return defaultText;
  if (value === undefined) return null;
  if (typeof value === "number") return amount(value, unit === "bytes");
  if (typeof value === "object") return "none";
  return `\`${String(value)}\``;
}

function amount(value: number, isBytes: boolean): string {
  const text = value.toLocaleString("en-US");
  const mib = value / 1024 / 1024;
  return isBytes && Number.isInteger(mib) && mib > 0 ? `${text} (${String(mib)} MiB)` : text;
}

function pageText(): string {
  const own = settings.filter(({ group, shortFor }) => group === null && shortFor === undefined);
  const short = settings.filter(({ shortFor }) => shortFor !== undefined);
  return `${[
    "# Configuration",
    "",
    "<!-- Written by `npm run settings` from the tables in packages/runtime/src/settings and packages/service/src/settings. -->",
    "",
    "The settings of `new KafkaStreams(topology, settings)`. Names are Kafka's in camel case; times are in milliseconds, sizes in bytes. " +
      "A name that there is not, a value out of bounds and a setting of Kafka that has no counterpart are refused when the object is made, " +
      "with `STREAMS_INVALID_CONFIG` and a sentence. Certificates and keys are looked at when the first connection opens.",
    "",
    "A service (`runService`) takes each of them that a text can hold from a variable of the environment too, before that of the program. " +
      "Lists have commas between their parts, `name=value` with commas make an object.",
    "",
    "## Application",
    "",
    ...rowsOf(own),
    "",
    ...groups.flatMap((group) => [
      `## \`${group}\``,
      "",
      groupTexts[group],
      "",
      ...rowsOf(settings.filter((each) => each.group === group)),
      "",
    ]),
    "## Short forms",
    "",
    "At the top level stand short forms of what is set most often. A short form beside its long one is an error.",
    "",
    "| setting | short for | variable |",
    "| --- | --- | --- |",
    ...short.map(({ path, shortFor }) => `| \`${path}\` | \`${shortFor!}\` | \`${variableOf(path)}\` |`),
    "",
    "## Service",
    "",
    "Variables that `runService` reads from the environment beside the settings of the application.",
    "",
    "| variable | default | values | meaning |",
    "| --- | --- | --- | --- |",
    ...serviceSettings.map((setting) => {
      return `| \`${variableOf(setting.path)}\` | ${defaultOf(setting) ?? "–"} | ${valuesOf(setting)} | ${cell(setting.text)} |`;
    }),
    "",
    "### TLS and SASL",
    "",
    "Variables of a service that become options of `ssl` and `sasl`, before those of the program. A secret is best in a file; no message " +
      "and no log line holds one.",
    "",
    "| variable | option | meaning |",
    "| --- | --- | --- |",
    ...securityVariables.map(({ name, setting, option, text }) => {
      return `| \`${name}\` | \`${option === null ? setting : `${setting}.${option}`}\` | ${cell(text)} |`;
    }),
    "",
    "## What Kafka has and Millrace does not take",
    "",
    "| Kafka's name | reason |",
    "| --- | --- |",
    ...refusals.map(({ names, why }) => `| ${names.map(refusedName).join(", ")} | ${cell(why)} |`),
    "",
    "---",
    "",
    linksOf(page) ?? "",
  ].join("\n")}\n`;
}

function rowsOf(rows: readonly Setting[]): string[] {
  return [
    "| setting | default | values | Kafka's name | variable | meaning |",
    "| --- | --- | --- | --- | --- | --- |",
    ...rows.map((setting) => {
      const { path, kafka, kind, required } = setting;
      const given = required === true ? "must be given" : (defaultOf(setting) ?? "none");
      const variable = kind === "object" ? "–" : `\`${variableOf(path)}\``;
      const cells = [`\`${path}\``, given, valuesOf(setting), kafka === null ? "–" : `\`${kafka}\``, variable, setting.text];
      return `| ${cells.map(cell).join(" | ")} |`;
    }),
  ];
}

function valuesOf({ kind, min, max, unit, choices = [], type }: Setting): string {
  switch (kind) {
    case "integer":
      return `${min!.toLocaleString("en-US")} to ${max!.toLocaleString("en-US")}${unit === undefined ? "" : ` ${unit}`}`;
    case "boolean":
      return "`true`, `false`";
    case "choice":
      return [...choices.map((word) => `\`${word}\``), ...(type === undefined ? [] : ["a function"])].join(", ");
    case "text":
      return "text";
    case "list":
      return "list of texts";
    case "map":
      return "names and texts";
    case "object":
      return `\`${type!}\``;
  }
}

function refusedName(name: string): string {
  return `\`${name.endsWith(".") ? `${name}*` : name}\``;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

if (import.meta.main) {
  commandLine({
    command: "npm run settings --",
    text: "Writes the types of StreamsConfig and docs/configuration.md from the tables of settings.",
    options: {},
  });
  for (const [file, text] of await settingsFiles()) writeFileSync(file, text);
}
