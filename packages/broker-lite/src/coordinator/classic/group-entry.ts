import type { GroupEntry } from "../../journal/records.ts";
import { Group } from "./group.ts";
import { Member } from "./member.ts";

/**
 * Journal entry of a group, with the content of Kafka's GroupMetadata record: its generation, and its members with their
 * assignments.
 */
export function entryOf(group: Group): GroupEntry {
  return {
    type: "group",
    group: group.id,
    generation: group.generation,
    protocolType: group.protocolType,
    protocolName: group.protocolName,
    leaderId: group.leaderId,
    stateSinceMs: group.stateSinceMs,
    members: [...group.members.values()].map((member) => ({
      memberId: member.memberId,
      groupInstanceId: member.groupInstanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      rebalanceTimeoutMs: member.rebalanceTimeoutMs,
      sessionTimeoutMs: member.sessionTimeoutMs,
      protocols: member.protocols.map(({ name, metadata }) => [name, metadata.toString("base64")] as const),
      assignment: member.assignment.toString("base64"),
    })),
  };
}

/** The group as it was written down: stable if it has members, else empty. Its members' sessions are yet to be begun. */
export function groupOf(entry: GroupEntry): Group {
  const group = new Group(entry.group, entry.stateSinceMs);
  for (const saved of entry.members) {
    const protocols = saved.protocols.map(([name, metadata]) => ({ name, metadata: Buffer.from(metadata, "base64") }));
    const request = { ...saved, groupId: entry.group, protocolType: entry.protocolType ?? "", protocols };
    const member = new Member(saved.memberId, request, { ...saved, requireMemberId: false, canSkipAssignment: false });
    member.assignment = Buffer.from(saved.assignment, "base64");
    member.isNew = false;
    group.add(member, request.protocolType);
  }
  group.generation = entry.generation;
  group.protocolType = entry.protocolType;
  group.protocolName = entry.protocolName;
  group.leaderId = entry.leaderId;
  if (group.members.size > 0) group.state = "Stable";
  return group;
}
