import type { JoinedMember, TopicPartition } from "@millrace/client";
import type { TaskPlan } from "@millrace/core";
import { decodeAssignment, encodeAssignment } from "@millrace/protocol";
import { ForeignAssignmentError } from "./errors.ts";
import { byTopic, readSubscription, type Subscription } from "./subscription.ts";
import { balance, type BalancedMember } from "./task-balance.ts";

/** The name under which members find each other; a classic member of another kind is refused by the broker, not misread. */
export const assignorName = "millrace";

/**
 * The user data of an assignment begins with this: who has it from the leader, and not from the broker. A group with members of the newer consumer
 * protocol (KIP-848) takes in classic ones and assigns to them what it likes; and it is made of a classic group whose assignments
 * hold no user data, when such a member joins.
 */
const assignmentMark: Buffer = Buffer.from(assignorName);

/** What of a task the leader needs. */
export type AssignableTask = Pick<TaskPlan, "id" | "partition" | "sourceTopics"> & {
  readonly subtopology: Pick<TaskPlan["subtopology"], "id">;
};

/**
 * The leader's part of a rebalance: shares the tasks over the members, each with all its input partitions.
 *
 * Nobody is given what another still has. Who has too much is given the rest only; it stops what is missing, and joins again,
 * so that the next generation can give it away. Meanwhile everybody goes on with what it has (KIP-429).
 *
 * @returns an assignment for each member, in the consumer protocol's bytes
 * @throws {MalformedMessageError} when a member's subscription is none
 */
export function assign(members: readonly JoinedMember[], tasks: readonly AssignableTask[]): Map<string, Buffer> {
  const joined = members.map((member) => ({ ...member, subscription: readSubscription(member.metadata) }));
  const owners = ownersOf(tasks, joined);
  const candidates = joined.map(({ memberId, groupInstanceId, subscription }) =>
    candidate(memberId, groupInstanceId, subscription, owners),
  );
  const target = balance(
    tasks.map((task) => ({ id: task.id, subtopologyId: task.subtopology.id })),
    candidates,
  );
  const given = new Map<string, TopicPartition[]>(members.map(({ memberId }) => [memberId, []]));
  const givers = new Set<string>();
  for (const { id, partition, sourceTopics } of tasks) {
    const memberId = target.get(id)?.memberId ?? "";
    const owner = owners.get(id) ?? memberId;
    if (owner === memberId) given.get(memberId)?.push(...sourceTopics.map((topic) => ({ topic, partition })));
    else givers.add(owner);
  }
  return new Map(
    [...given].map(([memberId, partitions]) => [
      memberId,
      encodeAssignment({ assignedPartitions: byTopic(partitions), userData: userDataOf(givers.has(memberId)) }),
    ]),
  );
}

/** What a member is given. */
export interface TaskAssignment {
  readonly partitions: readonly TopicPartition[];
  /**
   * Whether others wait for something that this member had: it is to join again without that. It is told so, since a static member
   * that restarts meanwhile has nothing any more to see it by, and comes back without a rebalance.
   */
  readonly givesUp: boolean;
}

/** The mark, then an int8 that says whether the member gives up something. Later versions append. */
function userDataOf(givesUp: boolean): Buffer {
  return Buffer.concat([assignmentMark, Buffer.of(givesUp ? 1 : 0)]);
}

/** Reads what `assign` gives. @throws {ForeignAssignmentError} when it does not come from there */
export function assigned(assignment: Buffer, groupId: string): TaskAssignment {
  if (assignment.length === 0) return { partitions: [], givesUp: false };
  const { assignedPartitions, userData } = decodeAssignment(assignment);
  if (userData?.subarray(0, assignmentMark.length).equals(assignmentMark) !== true) throw new ForeignAssignmentError(groupId);
  return {
    partitions: assignedPartitions.flatMap(({ topic, partitions }) => partitions.map((partition) => ({ topic, partition }))),
    givesUp: userData[assignmentMark.length] === 1,
  };
}

interface Joined {
  readonly memberId: string;
  readonly subscription: Subscription;
}

/**
 * Who has each task now, by task id. Of two that claim one, the later generation is believed: the other has missed that it
 * was taken for dead.
 */
function ownersOf(tasks: readonly AssignableTask[], members: readonly Joined[]): Map<string, string> {
  const claims = new Map<string, { readonly memberId: string; readonly generation: number }>();
  for (const { memberId, subscription } of members) {
    const { generation, owned } = subscription;
    if (generation < 0) continue;
    for (const { topic, partition } of owned) {
      const key = `${topic} ${String(partition)}`;
      const other = claims.get(key);
      if (other === undefined || other.generation < generation) claims.set(key, { memberId, generation });
    }
  }
  const owners = new Map<string, string>();
  for (const { id, partition, sourceTopics } of tasks) {
    for (const topic of sourceTopics) {
      const claim = claims.get(`${topic} ${String(partition)}`);
      if (claim !== undefined) owners.set(id, claim.memberId);
    }
  }
  return owners;
}

function candidate(
  memberId: string,
  groupInstanceId: string | null,
  { offsetSums }: Subscription,
  owners: ReadonlyMap<string, string>,
): BalancedMember & { readonly memberId: string } {
  return {
    memberId,
    // A static member that comes back has another id.
    name: `${groupInstanceId ?? ""} ${memberId}`,
    owned: new Set([...owners].filter(([, owner]) => owner === memberId).map(([id]) => id)),
    offsetSums: new Map(
      offsetSums.map(({ subtopologyId, partition, sum }) => [`${String(subtopologyId)}_${String(partition)}`, sum]),
    ),
  };
}
