import type { JoinedMember, TopicPartition } from "@millrace/client";
import type { TaskPlan } from "@millrace/core";
import { decodeAssignment, encodeAssignment } from "@millrace/protocol";
import { ForeignAssignmentError, OtherProgramError } from "../../errors.ts";
import { type Footprint, footprint, otherPrograms, writeElsewhere, type Program, type ProgramSubtopology } from "./program.ts";
import { byTopic, fingerprintOf, readSubscription, type Subscription } from "./subscription.ts";
import { balance, type BalancedMember } from "./task-balance.ts";

/** The name under which members find each other; a classic member of another kind is refused by the broker, not misread. */
export const assignorName = "millrace";

/**
 * First bytes of an assignment's user data. They tell that it comes from a leader of ours, and not from the broker: a group with
 * members of the newer consumer protocol (KIP-848) takes in classic ones and assigns to them what it likes; and it is made of a
 * classic group whose assignments hold no user data, when such a member joins.
 */
const assignmentMark: Buffer = Buffer.from(assignorName);

/** Properties of a task that the leader needs. */
export type AssignableTask = Pick<TaskPlan, "id" | "partition" | "sourceTopics"> & {
  readonly subtopology: Pick<TaskPlan["subtopology"], "id">;
};

/** The member that assigns: what it runs, and who hears of members that run something else. */
export interface Leader {
  readonly groupId: string;
  readonly tasks: readonly AssignableTask[];
  readonly program: Program;
  /** @param sources what the others read */
  readonly onOtherProgram: (member: JoinedMember, sources: readonly string[]) => void;
  /** @param sinks topics that the member writes to, none of which the leader's program writes to */
  readonly onOtherSinks: (member: JoinedMember, sinks: readonly string[]) => void;
}

/**
 * The leader's part of a rebalance: shares the tasks over the members, each with all its input partitions.
 *
 * No member is given a task that another member still has. A member with too many tasks is assigned only those it keeps; it
 * stops the others and joins again, so that the next generation can give them away. Meanwhile every member continues with its
 * tasks (KIP-429).
 *
 * While an application is rolled from one version to the next, members differ in their sub-topologies. A task goes only to
 * members whose sub-topology reads the same topics. Tasks that the leader does not have are shared over the members that have
 * them, unless they read a topic that the leader's tasks read. Members that run another program get nothing but that message;
 * so does the leader itself, if the others have the tasks: it is a static member that has been restarted with another
 * program.
 *
 * @returns an assignment for each member, in the consumer protocol's bytes
 * @throws {MalformedMessageError} when a member's subscription is none
 */
export function assign(members: readonly JoinedMember[], leader: Leader): Map<string, Buffer> {
  const all = members.map((member) => {
    const subscription = readSubscription(member.metadata);
    const { topics, program } = subscription;
    return { ...member, subscription, footprint: footprint(leader.groupId, topics, program) };
  });
  const { own, isIntruder } = rulingProgram(all, leader);
  const others = otherPrograms(own, all);
  const joined = all.filter((member) => !others.includes(member));
  if (!isIntruder) {
    for (const other of others) leader.onOtherProgram(other, [...other.footprint.sources]);
    for (const member of joined)
      if (writeElsewhere(own, member.footprint)) leader.onOtherSinks(member, [...(member.footprint.sinks ?? [])]);
  }
  const given = shared(joined, isIntruder ? { ...leader, tasks: [], program: { subtopologies: [], sinkTopics: [] } } : leader);
  const assignments = joined.map(({ memberId, subscription }): [string, Buffer] => {
    const { partitions, givesUp } = given.get(memberId)!;
    return [
      memberId,
      encodeAssignment({ assignedPartitions: byTopic(partitions), userData: userDataOf(givesUp ? gives : keeps, subscription) }),
    ];
  });
  const refusals = others.map(({ memberId, subscription }): [string, Buffer] => {
    const userData = userDataOf(refused, subscription, [...own.sources].join(", "));
    return [memberId, encodeAssignment({ assignedPartitions: [], userData })];
  });
  return new Map([...assignments, ...refusals]);
}

/** The program that the group runs: the leader's, unless only members that run another one have tasks; then the leader intrudes. */
function rulingProgram(
  members: readonly (Joined & { readonly footprint: Footprint })[],
  { groupId, program }: Leader,
): { readonly own: Footprint; readonly isIntruder: boolean } {
  const own = footprint(groupId, topicsOf(program), program);
  const others = otherPrograms(own, members);
  const hasTasks = ({ subscription }: Joined): boolean => subscription.generation >= 0 && subscription.owned.length > 0;
  if (members.some((member) => !others.includes(member) && hasTasks(member))) return { own, isIntruder: false };
  const ruling = others.find((member) => member.subscription.program !== null && hasTasks(member));
  return ruling === undefined ? { own, isIntruder: false } : { own: ruling.footprint, isIntruder: true };
}

interface Share {
  readonly partitions: TopicPartition[];
  givesUp: boolean;
}

function shared(members: readonly Joined[], leader: Leader): Map<string, Share> {
  const units = unitsOf(leader, members);
  const tasks = units.flatMap((unit) => unit.tasks);
  const owners = ownersOf(tasks, members);
  const target = new Map<string, string>();
  // Mostly all members can do all tasks: then this is one balance.
  for (const alike of Map.groupBy(units, ({ memberIds }) => [...memberIds].join(" ")).values()) {
    const able = members.filter(({ memberId }) => alike[0]?.memberIds.has(memberId));
    const candidates = able.map((member) => candidate(member, units, owners));
    const balanced = balance(
      alike.flatMap((unit) => unit.tasks.map(({ id }) => ({ id, subtopologyId: unit.number }))),
      candidates,
    );
    for (const [id, { memberId }] of balanced) target.set(id, memberId);
  }
  const given = new Map<string, Share>(members.map(({ memberId }) => [memberId, { partitions: [], givesUp: false }]));
  for (const { id, partition, sourceTopics } of tasks) {
    const memberId = target.get(id) ?? "";
    const owner = owners.get(id) ?? memberId;
    if (owner === memberId) given.get(memberId)?.partitions.push(...sourceTopics.map((topic) => ({ topic, partition })));
    else given.get(owner)!.givesUp = true;
  }
  return given;
}

/** Tasks of one sub-topology, and the members that can run them. */
interface Unit {
  /** Number of the leader's sub-topology; negative for one that the leader does not have. */
  readonly number: number;
  readonly topics: string;
  readonly tasks: readonly Pick<TaskPlan, "id" | "partition" | "sourceTopics">[];
  readonly memberIds: ReadonlySet<string>;
}

function unitsOf({ tasks, program }: Leader, members: readonly Joined[]): Unit[] {
  const able = (topics: readonly string[]): Set<string> =>
    new Set(members.filter(({ subscription }) => canDo(subscription, topics)).map(({ memberId }) => memberId));
  const units: Unit[] = program.subtopologies.map((subtopology) => {
    const names = namesOf(subtopology);
    const own = tasks.filter((task) => task.subtopology.id === subtopology.id);
    return { number: subtopology.id, topics: keyOf(names), tasks: own, memberIds: able(names) };
  });
  const taken = new Set(topicsOf(program));
  const foreign = members.flatMap(({ subscription }) => subscription.program?.subtopologies ?? []);
  for (const subtopology of foreign.toSorted((a, b) => (keyOf(namesOf(a)) < keyOf(namesOf(b)) ? -1 : 1))) {
    const names = namesOf(subtopology);
    if (names.some((name) => taken.has(name))) continue;
    for (const name of names) taken.add(name);
    const topics = keyOf(names);
    units.push({ number: -units.length, topics, tasks: tasksOf(subtopology, topics), memberIds: able(names) });
  }
  return units;
}

/** Returns the tasks that a member can run. A member that does not state its program can run tasks of which it reads all topics. */
function canDo({ program, topics }: Subscription, names: readonly string[]): boolean {
  if (program === null) return names.every((name) => topics.includes(name));
  const key = keyOf(names);
  return program.subtopologies.some((subtopology) => keyOf(namesOf(subtopology)) === key);
}

function tasksOf({ topics }: ProgramSubtopology, key: string): Unit["tasks"] {
  const count = Math.max(...topics.map(({ partitions }) => partitions));
  return Array.from({ length: count }, (_, partition) => ({
    id: `${key}_${String(partition)}`,
    partition,
    sourceTopics: topics.filter(({ partitions }) => partition < partitions).map(({ name }) => name),
  }));
}

function topicsOf({ subtopologies }: Program): string[] {
  return subtopologies.flatMap(namesOf);
}

function namesOf({ topics }: ProgramSubtopology): string[] {
  return topics.map(({ name }) => name);
}

/** The same for the same topics. Their names have no blanks. */
function keyOf(topics: readonly string[]): string {
  return topics.toSorted().join(" ");
}

/** Share of a member. */
export interface TaskAssignment {
  readonly partitions: readonly TopicPartition[];
  /**
   * Others wait for tasks that this member had: it has to join again without them. The assignment says so, since a static member
   * that restarts meanwhile cannot see it from its own tasks, and comes back without a rebalance.
   */
  readonly givesUp: boolean;
  /** Made for another program than the member's: a static member that restarts gets what it had, whatever its program is now. */
  readonly isStale: boolean;
}

/** Values of the byte after the mark in an assignment. */
const [keeps, gives, refused] = [0, 1, 2];

/**
 * The mark, then an int8; after `refused` the topics of the leader's program as text. Then a zero byte and the fingerprint of the
 * member's program, which older versions do not have. Later versions append a zero byte and more.
 */
function userDataOf(kind: number, { program }: Subscription, text = ""): Buffer {
  const fingerprint = program === null ? "" : `\0${fingerprintOf(program)}`;
  return Buffer.concat([assignmentMark, Buffer.of(kind), Buffer.from(text + fingerprint)]);
}

/**
 * Reads what `assign` gives.
 *
 * @param fingerprint of the member's program; absent: any will do
 * @throws {ForeignAssignmentError | OtherProgramError} when it does not come from there, or says so
 */
export function assigned(assignment: Buffer, groupId: string, fingerprint?: string): TaskAssignment {
  if (assignment.length === 0) return { partitions: [], givesUp: false, isStale: false };
  const { assignedPartitions, userData } = decodeAssignment(assignment);
  if (userData?.subarray(0, assignmentMark.length).equals(assignmentMark) !== true) throw new ForeignAssignmentError(groupId);
  const kind = userData[assignmentMark.length];
  const [text = "", madeFor] = userData
    .subarray(assignmentMark.length + 1)
    .toString()
    .split("\0");
  const isStale = fingerprint !== undefined && madeFor !== undefined && madeFor !== fingerprint;
  if (kind === refused && !isStale) throw new OtherProgramError(groupId, text);
  return {
    partitions: assignedPartitions.flatMap(({ topic, partitions }) => partitions.map((partition) => ({ topic, partition }))),
    givesUp: kind === gives,
    isStale,
  };
}

interface Joined extends JoinedMember {
  readonly subscription: Subscription;
}

/**
 * Owner of each task now, by task id. If two members claim one, the later generation is believed: the other has missed that it
 * was taken for dead.
 */
function ownersOf(tasks: Unit["tasks"], members: readonly Joined[]): Map<string, string> {
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
  { memberId, groupInstanceId, subscription }: Joined,
  units: readonly Unit[],
  owners: ReadonlyMap<string, string>,
): BalancedMember & { readonly memberId: string } {
  return {
    memberId,
    // A static member that comes back has another id.
    name: `${groupInstanceId ?? ""} ${memberId}`,
    owned: new Set([...owners].filter(([, owner]) => owner === memberId).map(([id]) => id)),
    offsetSums: sumsOf(subscription, units),
  };
}

/** By the ids of the leader's tasks: a member counts its sub-topologies in its own way. */
function sumsOf({ offsetSums, program }: Subscription, units: readonly Unit[]): Map<string, number> {
  const unitOf = new Map<number, Unit | undefined>();
  for (const { id, topics } of program?.subtopologies ?? []) {
    const key = keyOf(topics.map(({ name }) => name));
    unitOf.set(
      id,
      units.find((unit) => unit.topics === key),
    );
  }
  if (program === null) for (const unit of units) unitOf.set(unit.number, unit);
  const sums = new Map<string, number>();
  for (const { subtopologyId, partition, sum } of offsetSums) {
    const task = unitOf.get(subtopologyId)?.tasks.find((one) => one.partition === partition);
    if (task !== undefined) sums.set(task.id, sum);
  }
  return sums;
}
