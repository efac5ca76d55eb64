import { dirname } from "node:path";
import type { FileLock, Files, Random } from "@millrace/platform";
import { DataDirectoryError } from "./errors.ts";
import { randomUuid } from "./uuid.ts";

const propertiesFile = "meta.properties";
/** Kafka's marker: there if the broker closed in good order, and synced everything. */
const cleanShutdownFile = ".kafka_cleanshutdown";

/** Kafka's name for the file by which a broker keeps others out. */
const lockFile = ".lock";

/** The data directory's identity, and how it was left. */
export interface DataDirectory {
  /** To be released when everything is closed. */
  readonly lock: FileLock;
  readonly clusterId: string;
  /** False after a crash, and in a new directory. */
  readonly closedCleanly: boolean;
}

/**
 * Opens a data directory, made if it is missing. From now on it counts as in use until `markClosed`.
 * @throws {DataDirectoryError} when it belongs to another node, or another broker uses it
 */
export async function openDataDirectory(files: Files, path: string, nodeId: number, random: Random): Promise<DataDirectory> {
  await makeDirectory(files, path);
  const lock = files.lock(`${path}/${lockFile}`);
  if (lock === null) {
    const owner = files.readAll(`${path}/${lockFile}`)?.toString("utf8").split("\n")[0] ?? "";
    throw new DataDirectoryError(
      path,
      `another broker uses it${owner === "" ? "" : ` (process ${owner})`}`,
      `Stop that one, or give this one another directory. If there is none, remove the file ${lockFile}.`,
    );
  }
  try {
    const closedCleanly = files.exists(`${path}/${cleanShutdownFile}`);
    files.remove(`${path}/${cleanShutdownFile}`);
    let clusterId = readProperties(files, path, nodeId);
    if (clusterId === null) {
      clusterId = randomUuid(random);
      await writeFile(files, `${path}/${propertiesFile}`, `version=1\nnode.id=${nodeId}\ncluster.id=${clusterId}\n`);
    }
    await files.syncDirectory(path);
    return { clusterId, closedCleanly, lock };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Everything is synced and closed. */
export async function markClosed(files: Files, path: string): Promise<void> {
  await writeFile(files, `${path}/${cleanShutdownFile}`, '{"version":0}\n');
  await files.syncDirectory(path);
}

/** Makes a directory and those it lies in, and sees to it that none of them can vanish with all that is in it. */
async function makeDirectory(files: Files, path: string): Promise<void> {
  const made: string[] = [];
  for (let at = path; !files.exists(at) && at !== dirname(at); at = dirname(at)) made.push(at);
  files.makeDirectory(path);
  for (const at of made) await files.syncDirectory(dirname(at));
}

function readProperties(files: Files, path: string, nodeId: number): string | null {
  const text = files.readAll(`${path}/${propertiesFile}`)?.toString("utf8");
  if (text === undefined) return null;
  const properties = new Map(text.split("\n").map((line) => line.split("=") as [string, string]));
  const owner = properties.get("node.id");
  const clusterId = properties.get("cluster.id");
  if (owner !== String(nodeId) || clusterId === undefined) {
    throw new DataDirectoryError(
      path,
      `its ${propertiesFile} names node ${owner ?? "none"}, but this is node ${nodeId}`,
      "Start the broker with that node id, or give it another directory.",
    );
  }
  return clusterId;
}

async function writeFile(files: Files, path: string, text: string): Promise<void> {
  const file = files.open(`${path}.tmp`, { create: true });
  try {
    file.truncate(0);
    file.write([Buffer.from(text)], 0);
    await file.sync();
  } finally {
    file.close();
  }
  files.rename(`${path}.tmp`, path);
}
