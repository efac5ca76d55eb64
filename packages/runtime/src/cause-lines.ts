import { fileURLToPath } from "node:url";
import { type FailedRecord, thrownText } from "@millrace/core";

/** Causes of causes that are shown. */
const causesMax = 8;
/** Maximum number of stack frames shown from the program in whose function an error was thrown. */
const framesMax = 5;
/** Folder of this library's packages: stack frames inside it tell a user nothing. */
const ownFolder = new URL("../..", import.meta.url);
/** Spellings of that folder in stacks: as a URL or as a path. */
const ownPlaces: readonly string[] = [ownFolder.href, fileURLToPath(ownFolder)];

/**
 * An indented line for each cause of a message, with its code. Texts that the message already contains are not repeated. For
 * an error of the user's program, which has no code of ours, the places in that program follow.
 */
export function causeLines(message: string, cause: unknown): string[] {
  const lines: string[] = [];
  let said = message;
  let next = cause;
  for (let count = 0; next !== undefined && next !== null && count < causesMax; count += 1) {
    const { name, text, places } = shown(next);
    const isNew = !said.includes(text);
    if (isNew || name.includes("_") || places.length > 0) lines.push(`    caused by ${isNew ? [name, text].join(": ") : name}`);
    for (const place of places) lines.push(`        ${place}`);
    if (isNew) said = text;
    next = next instanceof Error ? next.cause : undefined;
  }
  return lines;
}

function shown(cause: unknown): { readonly name: string; readonly text: string; readonly places: readonly string[] } {
  const text = thrownText(cause);
  if (!(cause instanceof Error)) return { name: "thrown", text, places: [] };
  if ("code" in cause && typeof cause.code === "string") return { name: cause.code, text, places: [] };
  return { name: cause.name, text, places: placesOf(cause) };
}

/** The topmost lines of the stack that lie in the user's program. */
function placesOf({ stack = "" }: Error): string[] {
  return stack
    .split("\n")
    .map((line) => line.trim())
    .filter(
      (line) =>
        line.startsWith("at ") &&
        /file:|[\\/]/.test(line) &&
        !line.includes("node:") &&
        !ownPlaces.some((place) => line.includes(place)),
    )
    .slice(0, framesMax);
}

/** Topic, partition, offset and node of the record that made something fail; nothing where it was no record. */
export function recordFields(error: unknown): Readonly<Record<string, unknown>> {
  let next = error;
  for (let count = 0; next instanceof Error && count < causesMax; count += 1) {
    if ("record" in next) {
      const { topic, partition, offset, nodeName } = next.record as FailedRecord;
      return { topic, partition, offset, node: nodeName };
    }
    next = next.cause;
  }
  return {};
}
