import type { Files } from "@millrace/platform";
import { FileStorage } from "../log/file-bytes.ts";
import { MemoryStorage } from "../log/memory-bytes.ts";
import type { LogStorage } from "../log/segment-bytes.ts";

/** Home of a broker's partitions: in memory, or each in a directory of its own, as in Kafka. */
export interface LogDirectory {
  /**
   * The storage of a new partition; what an unknown topic may have left there is gone. Its first sync waits for `made`, which
   * makes the partition's existence last.
   */
  create(topic: string, partition: number, made: () => Promise<void>): LogStorage;
  /** The storage of a partition that existed before the start. */
  open(topic: string, partition: number): LogStorage;
  /** Removes a partition that was created, but is not to be after all. */
  discard(topic: string, partition: number): void;
  /** Puts aside a directory that turned out to be another topic's, whose id is given. */
  setAside(topic: string, partition: number, topicId: string): void;
  /** Takes a deleted topic's partition out of the way, so that the name is free again. */
  retire(topic: string, partition: number, topicId: string): void;
  /**
   * Takes the logs retired since the last call and returns a function. Call the function once the deletion of the logs is
   * itself durable: it removes them, and resolves when nothing of them can come back.
   */
  takeRetired(): () => Promise<void>;
}

/** Kafka's name for a partition and its directory. */
export function partitionName(topic: string, partition: number): string {
  return `${topic}-${partition}`;
}

export function memoryLogDirectory(): LogDirectory {
  return {
    create: () => new MemoryStorage(),
    open: () => new MemoryStorage(),
    discard() {},
    setAside() {},
    retire() {},
    takeRetired: () => () => Promise.resolve(),
  };
}

/** `nameOf(id)`: the topic of that id, if it exists; what a crash left of a deletion is undone or finished by it. */
export function fileLogDirectory(files: Files, directory: string, nameOf: (id: string) => string | undefined): LogDirectory {
  settleDeletions(files, directory, nameOf);
  const pathOf = (topic: string, partition: number): string => `${directory}/${partitionName(topic, partition)}`;
  let retired: string[] = [];
  return {
    create(topic, partition, made) {
      files.remove(pathOf(topic, partition));
      return new FileStorage(files, pathOf(topic, partition), made);
    },
    open: (topic, partition) => new FileStorage(files, pathOf(topic, partition)),
    discard(topic, partition) {
      files.remove(pathOf(topic, partition));
    },
    setAside(topic, partition, topicId) {
      const path = `${directory}/${suffixed(topic, partition, topicId, "stray")}`;
      files.remove(path);
      files.rename(pathOf(topic, partition), path);
    },
    retire(topic, partition, topicId) {
      const path = `${directory}/${suffixed(topic, partition, topicId, "delete")}`;
      files.rename(pathOf(topic, partition), path);
      retired.push(path);
    },
    takeRetired() {
      const paths = retired;
      retired = [];
      return async () => {
        for (const path of paths) files.remove(path);
        await files.syncDirectory(directory);
      };
    },
  };
}

/** The longest file name that file systems take. */
const nameLengthMax = 255;

/** Kafka's name for a directory that is out of use; a long topic name is cut, since file systems take no more. */
function suffixed(topic: string, partition: number, topicId: string, state: "delete" | "stray"): string {
  const suffix = `-${partition}.${topicId}-${state}`;
  return topic.slice(0, nameLengthMax - suffix.length) + suffix;
}

function settleDeletions(files: Files, directory: string, nameOf: (id: string) => string | undefined): void {
  for (const name of files.list(directory)) {
    const match = /^.+-(\d+)\.([A-Za-z0-9_-]{22})-delete$/.exec(name);
    if (match === null) continue;
    const path = `${directory}/${name}`;
    const topic = nameOf(match[2]!);
    if (topic === undefined) files.remove(path);
    else files.rename(path, `${directory}/${partitionName(topic, Number(match[1]))}`);
  }
}
