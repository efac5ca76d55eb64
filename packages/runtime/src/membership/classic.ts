import type { Client, CommittedOffset, GroupError, GroupMember, MembershipOperation } from "@millrace/client";
import type { OffsetToCommit, TopicPartition } from "@millrace/client";
import type { Engine, Plan, ResolvedPlan } from "@millrace/core";
import type { ResolvedConfig } from "../config.ts";
import { assign, assigned, assignorName, type Leader } from "./classic/assignor.ts";
import { offsetSums } from "./classic/offset-sums.ts";
import { type Program, programOf } from "./classic/program.ts";
import { fingerprintOf, writeSubscription } from "./classic/subscription.ts";
import { partitionsOf, tasksIn } from "./classic/task-partitions.ts";
import type { Membership, MembershipEvent, MembershipListener, MemberTasks } from "./membership.ts";

/** Parts of an application that its membership needs. */
export interface ClassicMembershipParts {
  readonly client: Client;
  readonly config: ResolvedConfig;
  readonly plan: Plan;
  readonly resolved: ResolvedPlan;
  readonly engine: Engine;
}

/**
 * Membership by the classic protocol: a member assigns for all, and what is assigned are partitions. Cooperative: tasks go on
 * during a rebalance, and are given up only when an assignment comes without them.
 */
export class ClassicMembership implements Membership {
  readonly #parts: ClassicMembershipParts;
  readonly #listener: MembershipListener;
  readonly #tasks: MemberTasks;
  readonly #program: Program;
  readonly #fingerprint: string;
  readonly #member: GroupMember;
  readonly #events: MembershipEvent[] = [];
  readonly #left = Promise.withResolvers<void>();
  #isHeld = false;
  /** The last assignment lacks tasks for which others wait. */
  #givesUp = false;

  constructor(parts: ClassicMembershipParts, tasks: MemberTasks, listener: MembershipListener) {
    this.#parts = parts;
    this.#tasks = tasks;
    this.#listener = listener;
    this.#program = programOf(parts.plan, parts.resolved);
    this.#fingerprint = fingerprintOf(this.#program);
    this.#member = this.#open();
  }

  get mayProcess(): boolean {
    return !this.#member.isSessionOver;
  }
  get mayCommit(): boolean {
    return this.#member.state === "stable";
  }
  get isJoining(): boolean {
    return this.#member.state === "joining" || this.#member.state === "syncing";
  }
  get sessionTimeoutMs(): number {
    return this.#member.sessionTimeoutMs;
  }

  join(): void {
    this.#member.join().catch((error: unknown) => this.#listener.onFenced(error));
  }

  next(): MembershipEvent | null {
    for (let event = this.#events.shift(); event !== undefined; event = this.#events.shift()) {
      // It may have been lost while it waited here.
      if (event.kind === "lost" || event.epoch === this.#member.generation) return event;
      event.done();
    }
    return null;
  }

  released(tasks: readonly string[]): void {
    if (tasks.length > 0) this.#member.rejoin("it has given up tasks that others are to have");
    else if (this.#givesUp) this.#member.rejoin("it does not have the tasks any more that others are to have");
  }

  poll(): void {
    this.#member.poll();
  }

  beat(): Promise<void> {
    return this.#member.beat();
  }

  raiseSessionTimeout(timeoutMs: number): void {
    this.#member.raiseSessionTimeout(timeoutMs);
  }

  commit(offsets: readonly OffsetToCommit[]): Promise<void> {
    return this.#member.commit(offsets);
  }

  committed(partitions: readonly TopicPartition[]): Promise<CommittedOffset[]> {
    return this.#member.committed(partitions);
  }

  hold(): void {
    this.#isHeld = true;
  }

  async leave(how: MembershipOperation): Promise<void> {
    await this.#member.leave("the stream thread ends", how);
    this.#left.resolve();
  }

  #open(): GroupMember {
    const { client, config } = this.#parts;
    const { groupInstanceId, sessionTimeoutMs, heartbeatIntervalMs, maxPollIntervalMs } = config;
    const leader = this.#leader();
    return client.group({
      groupId: config.applicationId,
      // With the number of the thread, as in Java.
      groupInstanceId: groupInstanceId === undefined ? undefined : `${groupInstanceId}-1`,
      sessionTimeoutMs,
      heartbeatIntervalMs,
      rebalanceTimeoutMs: maxPollIntervalMs,
      polled: true,
      protocols: () => [{ name: assignorName, metadata: this.#subscription() }],
      assign: (_protocol, members) => assign(members, leader),
      onAssigned: (assignment, generation) => this.#assigned(assignment, generation),
      // Cooperative: tasks go on. Only during the end wait: a rejoin before the last commit would make that commit one of an old generation.
      onRebalance: () => (this.#isHeld ? this.#left.promise : Promise.resolve()),
      proof: () => this.#tasks.repeatableCommit(),
      onSessionOver: () => this.#listener.onSessionOver(),
      onLosing: () => this.#listener.onLosing(),
      onLost: (error) => this.#lost(error),
    });
  }

  #leader(): Leader {
    const { config, resolved } = this.#parts;
    return {
      groupId: config.applicationId,
      tasks: resolved.tasks,
      program: this.#program,
      onOtherProgram: ({ memberId }, sources) => this.#refuse(memberId, sources),
      onOtherSinks: ({ memberId }, sinks) => this.#warnOfOtherSinks(memberId, sinks),
    };
  }

  #subscription(): Buffer {
    const { plan, resolved, engine } = this.#parts;
    return writeSubscription({
      topics: plan.sourceTopics,
      owned: partitionsOf(this.#tasks.owned(), resolved.tasks),
      generation: this.#member.generation,
      offsetSums: offsetSums(resolved.tasks, engine),
      program: this.#program,
    });
  }

  #assigned(assignment: Buffer, generation: number): Promise<void> {
    const { partitions, givesUp, isStale } = assigned(assignment, this.#parts.config.applicationId, this.#fingerprint);
    // With its generation it differs from what joined, so that the coordinator calls all members together.
    if (isStale) {
      this.#member.rejoin("its program is another one than before its restart");
      return Promise.resolve();
    }
    this.#givesUp = givesUp;
    const tasks = { active: tasksIn(partitions, this.#parts.resolved.tasks), standby: [], warmUp: [] };
    return this.#tell((done) => ({ kind: "assigned", epoch: generation, tasks, done }));
  }

  #lost(error: GroupError): Promise<void> {
    if (error.code === "CLIENT_MEMBERSHIP_LOST") return this.#tell((done) => ({ kind: "lost", done }));
    this.#listener.onFenced(error);
    return Promise.resolve();
  }

  /** Resolves when the thread has followed the event, or has ended. */
  #tell(make: (done: () => void) => MembershipEvent): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (!this.#isHeld) this.#events.push(make(resolve));
    this.#listener.onEvent();
    return this.#isHeld ? this.#left.promise : promise;
  }

  #refuse(memberId: string, sources: readonly string[]): void {
    const { config, plan } = this.#parts;
    const text =
      `another program wants to run under application id "${config.applicationId}", and is refused: it reads ${sources.join(", ")}, this ` +
      `one ${plan.externalTopics.join(", ")}, and they have no source topic in common; give it an id of its own`;
    config.log("warn", text, { memberId, sources });
  }

  #warnOfOtherSinks(memberId: string, sinks: readonly string[]): void {
    const { config } = this.#parts;
    const ownSinks = this.#program.sinkTopics ?? [];
    const text =
      `an instance under application id "${config.applicationId}" writes to ${sinks.join(", ")}, this one to ${ownSinks.join(", ")}: both ` +
      `get a share of the records. That is right while a new version is rolled out; another program needs an id of its own`;
    config.log("warn", text, { memberId, sinks, ownSinks });
  }
}
