import type { Files } from "@millrace/platform";
import { FileStorage } from "../log/file-bytes.ts";
import { MemoryStorage } from "../log/memory-bytes.ts";
import type { LogStorage } from "../log/segment-bytes.ts";

/** Where the partitions of a broker lie: in memory, or each in a directory of its own, as Kafka has them. */
export interface LogDirectory {
  /** The storage of a new partition; what an unknown topic may have left there is gone. */
  create(topic: string, partition: number): LogStorage;
  /** The storage of a partition that existed before the start. */
  open(topic: string, partition: number): LogStorage;
  /** Takes a deleted topic's partition out of the way, so that the name is free again. */
  retire(topic: string, partition: number, topicId: string): void;
  /** Removes what was retired; call it once the deletion itself is durable. Resolves when nothing of it can come back. */
  removeRetired(): Promise<void>;
}

/** Kafka's name for a partition and its directory. */
export function partitionName(topic: string, partition: number): string {
  return `${topic}-${partition}`;
}

export function memoryLogDirectory(): LogDirectory {
  return {
    create: () => new MemoryStorage(),
    open: () => new MemoryStorage(),
    retire() {},
    removeRetired: () => Promise.resolve(),
  };
}

/** `isTopic(name, id)`: whether the topic exists; what a crash left of a deletion is undone or finished by it. */
export function fileLogDirectory(files: Files, directory: string, isTopic: (name: string, id: string) => boolean): LogDirectory {
  settleDeletions(files, directory, isTopic);
  const pathOf = (topic: string, partition: number): string => `${directory}/${partitionName(topic, partition)}`;
  let retired: string[] = [];
  return {
    create(topic, partition) {
      files.remove(pathOf(topic, partition));
      return new FileStorage(files, pathOf(topic, partition));
    },
    open: (topic, partition) => new FileStorage(files, pathOf(topic, partition)),
    retire(topic, partition, topicId) {
      const path = `${pathOf(topic, partition)}.${topicId}-delete`;
      files.rename(pathOf(topic, partition), path);
      retired.push(path);
    },
    async removeRetired() {
      const paths = retired;
      retired = [];
      for (const path of paths) files.remove(path);
      await files.syncDirectory(directory);
    },
  };
}

function settleDeletions(files: Files, directory: string, isTopic: (name: string, id: string) => boolean): void {
  for (const name of files.list(directory)) {
    const match = /^(.+)-(\d+)\.([A-Za-z0-9_-]{22})-delete$/.exec(name);
    if (match === null) continue;
    const path = `${directory}/${name}`;
    if (isTopic(match[1]!, match[3]!)) files.rename(path, `${directory}/${partitionName(match[1]!, Number(match[2]))}`);
    else files.remove(path);
  }
}
