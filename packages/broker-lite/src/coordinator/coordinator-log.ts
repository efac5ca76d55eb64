/**
 * Log in which a coordinator writes its state down, as Kafka's coordinators do in their internal topics. It belongs to the
 * cluster: a node that becomes the coordinator loads from it what another one wrote.
 */
export interface CoordinatorLog<R> {
  /**
   * Appends records of one key, such as a group id.
   *
   * @returns null if they count as written at once, else a promise of it
   * @throws the disk's error; nothing is written then
   */
  append(key: string, records: readonly R[]): Promise<void> | null;
  /** Hands over the records that lead to the present state of all keys for which `holds` is true. */
  load(holds: (key: string) => boolean, apply: (record: R) => void): void;
}

/** Sum of the records of a coordinator's log: the latest of each key, as in a compacted topic. */
export interface CompactedRecords<R> {
  apply(record: R): void;
  /** Records that lead to the present state of all keys for which `holds` is true. */
  records(holds: (key: string) => boolean): Iterable<R>;
}
