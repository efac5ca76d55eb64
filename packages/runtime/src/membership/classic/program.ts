import type { Plan, ResolvedPlan } from "@millrace/core";

/** Program of an instance, as far as the leader of its group has to know it. */
export interface Program {
  readonly subtopologies: readonly ProgramSubtopology[];
  /** External topics that its sinks name; null: records name some themselves, so it may be any. */
  readonly sinkTopics: readonly string[] | null;
}

/** A sub-topology as others see it: the same topics mean the same tasks, whatever its number is. */
export interface ProgramSubtopology {
  /** In the numbering of the instance. */
  readonly id: number;
  /** All that it reads, repartition topics included. */
  readonly topics: readonly { readonly name: string; readonly partitions: number }[];
}

export function programOf({ subtopologies, topology, repartitionTopics }: Plan, { partitionCounts }: ResolvedPlan): Program {
  const writesAny = topology.nodes.some((node) => node.kind === "sink" && typeof node.topic !== "string");
  return {
    subtopologies: subtopologies.map(({ id, sourceTopics }) => ({
      id,
      topics: sourceTopics.map((name) => ({ name, partitions: partitionCounts.get(name) ?? 0 })),
    })),
    sinkTopics: writesAny
      ? null
      : [...new Set(subtopologies.flatMap(({ sinkTopics }) => sinkTopics))].filter((name) => !repartitionTopics.has(name)),
  };
}

/** External topics that a program reads and writes. */
export interface Footprint {
  readonly sources: ReadonlySet<string>;
  /** null: not known. */
  readonly sinks: ReadonlySet<string> | null;
}

/**
 * The footprint of a member. Repartition topics are left out: two programs under one id that have nothing in common may give theirs the
 * same generated names.
 *
 * @param program null: the member is of a version that does not tell
 */
export function footprint(groupId: string, topics: readonly string[], program: Program | null): Footprint {
  const isInternal = (topic: string): boolean => topic.startsWith(`${groupId}-`) && topic.endsWith("-repartition");
  const sinks = program?.sinkTopics ?? null;
  return { sources: new Set(topics.filter((topic) => !isInternal(topic))), sinks: sinks === null ? null : new Set(sinks) };
}

/**
 * True for footprints of one program, perhaps of two versions of it: they share a source topic. A new version that shares none with
 * the old one cannot be told from another program.
 */
export function isSameProgram(one: Footprint, other: Footprint): boolean {
  return overlap(one.sources, other.sources);
}

/**
 * True if both write, and no topic of the one is a topic of the other: a new version whose sinks have new names, or another program,
 * to which the group gives half of the records.
 */
export function writeElsewhere({ sinks: one }: Footprint, { sinks: other }: Footprint): boolean {
  return one !== null && other !== null && one.size > 0 && other.size > 0 && !overlap(one, other);
}

function overlap(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return [...one].some((name) => other.has(name));
}

/** The members whose programs are not related to the first one's, not even by way of others'. */
export function otherPrograms<T extends { readonly footprint: Footprint }>(first: Footprint, members: readonly T[]): T[] {
  const related = [first];
  let rest = members;
  for (let known: Footprint | undefined; (known = related.pop()) !== undefined;) {
    const same = known;
    const found = rest.filter((member) => isSameProgram(same, member.footprint));
    rest = rest.filter((member) => !found.includes(member));
    related.push(...found.map((member) => member.footprint));
  }
  return [...rest];
}
