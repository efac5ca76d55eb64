import { CommittedOffsets } from "./committed-offsets.ts";
import type { CompactedRecords } from "./coordinator-log.ts";
import type { GroupEntry, GroupRecord } from "../journal/records.ts";

/** Latest records of all groups: metadata and committed offsets. */
export class GroupRecords implements CompactedRecords<GroupRecord> {
  readonly #groups = new Map<string, GroupEntry>();
  readonly #offsets = new CommittedOffsets();

  apply(record: GroupRecord): void {
    switch (record.type) {
      case "group":
        this.#groups.set(record.group, record);
        return;
      case "groupDeleted":
        this.#groups.delete(record.group);
        return;
      case "offsets":
      case "offsetsDeleted":
        this.#offsets.apply(record);
        return;
    }
  }

  /** Forgets what all groups committed for a topic that was deleted. The journal's record of the deletion says so, too. */
  forgetTopic(topic: string): void {
    this.#offsets.forgetTopic(topic);
  }

  *records(holds: (group: string) => boolean = () => true): Generator<GroupRecord> {
    yield* this.#offsets.records(holds);
    for (const [group, entry] of this.#groups) if (holds(group)) yield entry;
  }
}
