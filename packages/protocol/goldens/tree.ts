import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { verifyBatchFile } from "./batches.ts";
import { verifyHashing } from "./hashing.ts";
import {
  type ConsumerProtocolVector,
  type ErrorVector,
  type FrameVector,
  isBuilt,
  type MessageVector,
  taggedFieldNames,
  verifyAssignment,
  verifyError,
  verifyFrame,
  verifyMessage,
  verifySubscription,
} from "./messages.ts";
import { type StringVector, verifyString } from "./strings.ts";

/** A vector, how it is compared, and which parts of it are. */
export interface Golden {
  /** The file below the folder, without `.gz`. */
  readonly file: string;
  readonly name: string;
  readonly vector: unknown;
  /** What differs first, as a sentence; null: nothing. */
  verify(vector: unknown): string | null;
  /** The class of a part, by its path from the vector's root; null: nothing compares it. */
  classOf(path: readonly string[]): string | null;
}

/** What a folder of vectors holds. */
export interface GoldenTree {
  readonly goldens: readonly Golden[];
  /** Vectors of what is not built, by name. */
  readonly pending: ReadonlyMap<string, number>;
  /** Vectors that other tests verify, as sentences. */
  readonly elsewhere: readonly string[];
}

/** The folder has none of the files that are verified. Give the folder that holds `messages`, `batches` and the rest. */
export class NoVectorsError extends Error {
  readonly code = "GOLDENS_NO_VECTORS";

  constructor(folder: string) {
    super(
      `"${folder}" holds no vectors: expected are messages/*.jsonl, batches/*.json, hashing.json, errors.json or embedded.json, plain or .gz`,
    );
    this.name = new.target.name;
  }
}

/**
 * Reads a tree of vectors; what it lacks is left out.
 *
 * @throws {NoVectorsError} when it has nothing at all
 */
export function readTree(folder: string): GoldenTree {
  const tree = { goldens: [] as Golden[], pending: new Map<string, number>(), elsewhere: [] as string[] };
  for (const file of filesIn(folder, "messages")) readMessages(folder, file, tree);
  for (const file of filesIn(folder, "batches")) readBatches(folder, file, tree);
  readHashing(folder, tree);
  readErrors(folder, tree);
  readEmbedded(folder, tree);
  readSerdes(folder, tree);
  if (tree.goldens.length + tree.pending.size === 0) throw new NoVectorsError(folder);
  return tree;
}

type Growing = { goldens: Golden[]; pending: Map<string, number>; elsewhere: string[] };

/** Files of a sub-folder as `sub/name`, without `.gz`. */
function filesIn(folder: string, sub: string): string[] {
  if (!existsSync(join(folder, sub))) return [];
  const names = readdirSync(join(folder, sub)).map((name) => name.replace(/\.gz$/, ""));
  return [...new Set(names)]
    .filter((name) => /\.jsonl?$/.test(name))
    .sort()
    .map((name) => `${sub}/${name}`);
}

/** The text of a file or of its `.gz`; null: there is neither. */
function textOf(folder: string, file: string): string | null {
  const path = join(folder, file);
  if (existsSync(path)) return readFileSync(path, "utf8");
  return existsSync(`${path}.gz`) ? gunzipSync(readFileSync(`${path}.gz`)).toString("utf8") : null;
}

/** A vector that cannot even be compared, since a part of it is missing or of the wrong type, has failed. */
function guarded(verify: (vector: unknown) => string | null): Golden["verify"] {
  return (vector) => {
    try {
      return verify(vector);
    } catch (error) {
      return `it cannot be compared: ${String(error)}`;
    }
  };
}

function count(tree: Growing, name: string, by: number): void {
  tree.pending.set(name, (tree.pending.get(name) ?? 0) + by);
}

function readMessages(folder: string, file: string, tree: Growing): void {
  const isFrames = file === "messages/frames.jsonl";
  for (const line of textOf(folder, file)!.split("\n")) {
    if (line === "") continue;
    const vector = JSON.parse(line) as FrameVector;
    if (!isBuilt(vector.api)) {
      count(tree, vector.api, 1);
      continue;
    }
    const tagged = taggedFieldNames(vector.api);
    tree.goldens.push({
      file,
      name: [vector.api, vector.kind, `v${vector.version}`, vector.case].filter((part) => part !== undefined).join(" "),
      vector,
      verify: guarded((each) => (isFrames ? verifyFrame(each as FrameVector) : verifyMessage(each as MessageVector))),
      classOf: (path) => classInMessage(path, tagged),
    });
  }
}

function classInMessage(path: readonly string[], tagged: ReadonlySet<string>): string | null {
  const [root] = path;
  if (root === "header") return "header";
  if (root === "key" || root === "headerVersion" || root === "flexible" || root === "hex") return root;
  if (root !== "json") return null;
  if (path.includes("_unknownTaggedFields")) return "unknown tagged field";
  return path.some((name) => tagged.has(name)) ? "tagged field" : "field";
}

function readBatches(folder: string, file: string, tree: Growing): void {
  const { cases } = JSON.parse(textOf(folder, file)!) as { cases: { name: string; legacy?: boolean }[] };
  for (const each of cases) {
    tree.goldens.push({
      file,
      name: each.name,
      vector: each,
      verify: guarded((vector) => verifyBatchFile({ cases: [vector] })[0]!.difference),
      // Of the old message formats only the magic is compared: they are refused.
      classOf: each.legacy === true ? () => null : classInBatch,
    });
  }
}

function classInBatch(path: readonly string[]): string | null {
  const names = path.filter((name) => !/^\d+$/.test(name));
  const [root] = names;
  if (root === "hex" || root === "leftover") return root;
  if (root !== "batches" && root !== "error") return null;
  if (names.includes("error") && names.at(-1) !== "stage") return null;
  return names.join(".");
}

/** Sections of `hashing.json` and those of their facts that we have code for. */
const hashingFacts: Readonly<Record<string, readonly string[]>> = {
  murmur2: ["key", "murmur2", "toPositive", "partitions"],
  crc: ["input", "crc32c"],
  varint: ["int32", "varint", "unsigned", "unsignedVarint"],
  varlong: ["int64", "varlong", "unsigned", "unsignedVarlong"],
  varintReading: ["value", "leftover"],
  uuid: ["hex", "kafka"],
  groupPartition: ["javaHashCode", "mod50"],
};

const stringFacts: ReadonlySet<string> = new Set([
  "string",
  "nullableString",
  "compactNullableString",
  "stringPrefix",
  "compactPrefix",
]);

function readHashing(folder: string, tree: Growing): void {
  const file = "hashing.json";
  const text = textOf(folder, file);
  if (text === null) return;
  const json = JSON.parse(text) as Record<string, unknown[]>;
  const empty = Object.fromEntries(Object.keys(hashingFacts).map((section) => [section, []]));
  for (const [section, facts] of Object.entries(hashingFacts)) {
    for (const [i, vector] of (json[section] ?? []).entries()) {
      tree.goldens.push({
        file,
        name: `${section} ${i}`,
        vector,
        verify: guarded(
          (each) => verifyHashing({ ...empty, partitionCounts: json["partitionCounts"], [section]: [each] })[0]!.difference,
        ),
        classOf: ([fact]) => (fact !== undefined && facts.includes(fact) ? `${section}.${fact}` : null),
      });
    }
  }
  for (const [i, vector] of (json["strings"] ?? []).entries()) {
    tree.goldens.push({
      file,
      name: `strings ${i}`,
      vector,
      verify: guarded((each) => verifyString(each as StringVector)),
      classOf: ([fact]) => (fact !== undefined && stringFacts.has(fact) ? `strings.${fact}` : null),
    });
  }
}

const errorFacts: ReadonlySet<string> = new Set(["code", "name", "retriable", "refreshesMetadata"]);

function readErrors(folder: string, tree: Growing): void {
  const file = "errors.json";
  const text = textOf(folder, file);
  if (text === null) return;
  for (const vector of (JSON.parse(text) as { errors: ErrorVector[] }).errors) {
    tree.goldens.push({
      file,
      name: vector.name,
      vector,
      verify: guarded((each) => verifyError(each as ErrorVector)),
      classOf: ([fact]) => (fact !== undefined && errorFacts.has(fact) ? fact : null),
    });
  }
}

const consumerProtocol: Readonly<Record<string, (vector: ConsumerProtocolVector) => string | null>> = {
  consumerSubscription: verifySubscription,
  consumerAssignment: verifyAssignment,
};

function readEmbedded(folder: string, tree: Growing): void {
  const file = "embedded.json";
  const text = textOf(folder, file);
  if (text === null) return;
  for (const [section, vectors] of Object.entries(JSON.parse(text) as Record<string, unknown>)) {
    if (!Array.isArray(vectors)) continue;
    const verify = consumerProtocol[section];
    if (verify === undefined) {
      count(tree, `${section} (embedded)`, vectors.length);
      continue;
    }
    for (const [i, vector] of (vectors as ConsumerProtocolVector[]).entries()) {
      tree.goldens.push({
        file,
        name: `${section} ${i} v${vector.version}`,
        vector,
        verify: guarded((each) => verify(each as ConsumerProtocolVector)),
        classOf: ([root]) => (root === "json" || root === "hex" || root === "version" ? `${section}.${root}` : null),
      });
    }
  }
}

function readSerdes(folder: string, tree: Growing): void {
  const text = textOf(folder, "serdes.json");
  if (text === null) return;
  const sections = Object.values(JSON.parse(text) as Record<string, unknown>).filter((section) => Array.isArray(section));
  const total = sections.reduce((sum, section) => sum + section.length, 0);
  tree.elsewhere.push(`serdes.json: its ${total} vectors are verified by the tests of @millrace/core`);
}
