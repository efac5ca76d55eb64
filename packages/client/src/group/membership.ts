import { ErrorCode, joinGroup, type JoinGroupResponse, leaveGroup, syncGroup } from "@millrace/protocol";

import type { ClientContext } from "../context.ts";
import { GroupError, reason } from "../errors.ts";
import type { Coordinator } from "./coordinator.ts";
import type { GroupSettings } from "./group-options.ts";
import type { SessionTimeout } from "./session-timeout.ts";

/** Time that the answer to a join may take beyond the rebalance timeout, as in Java's AbstractCoordinator. */
const joinLapseMs = 5_000;

/** Member of a generation that waits for its assignment. */
export interface Joined {
  readonly memberId: string;
  readonly generation: number;
  readonly protocol: string;
  readonly response: JoinGroupResponse;
}

/** Outcome of an attempt. `errorCode` comes from the coordinator; failures of the network are thrown. */
export type Attempt<T> = { readonly errorCode: 0; readonly value: T } | { readonly errorCode: number; readonly value: null };

/** Requests with which a classic member joins, syncs and leaves. Each makes one attempt. */
export class Membership {
  readonly #context: ClientContext;
  readonly #settings: GroupSettings;
  readonly #coordinator: Coordinator;
  readonly #purpose: string;
  readonly #session: SessionTimeout;
  readonly #timeoutMs: number;

  constructor(
    context: ClientContext,
    settings: GroupSettings,
    coordinator: Coordinator,
    purpose: string,
    session: SessionTimeout,
  ) {
    this.#context = context;
    this.#session = session;
    this.#settings = settings;
    this.#coordinator = coordinator;
    this.#purpose = purpose;
    this.#timeoutMs = Math.max(context.settings.requestTimeoutMs, settings.rebalanceTimeoutMs + joinLapseMs);
  }

  /**
   * Joins the group, or joins again.
   *
   * @param memberId "" for a new member; the coordinator gives it an id, and it joins again with that (KIP-394)
   * @param onMemberId called with that id at once: the coordinator waits for the member from then on, so it must leave
   */
  async join(memberId: string, why: string, onMemberId: (memberId: string) => void): Promise<Attempt<Joined>> {
    const { groupId, groupInstanceId, rebalanceTimeoutMs, protocolType } = this.#settings;
    const sessionTimeoutMs = this.#session.nextMs;
    const protocols = this.#settings.protocols().map(({ name, metadata }) => ({ name, metadata }));
    const request = {
      groupId,
      sessionTimeoutMs,
      rebalanceTimeoutMs,
      memberId,
      groupInstanceId,
      protocolType,
      protocols,
      reason: why,
    };
    const response = await this.#coordinator.request(this.#purpose, joinGroup, request, { timeoutMs: this.#timeoutMs });
    if (response.errorCode === ErrorCode.MEMBER_ID_REQUIRED && memberId === "") {
      onMemberId(response.memberId);
      return this.join(response.memberId, why, onMemberId);
    }
    if (response.errorCode !== ErrorCode.NONE) return { errorCode: response.errorCode, value: null };
    this.#session.accepted(sessionTimeoutMs);
    const { memberId: given, generationId, protocolName } = response;
    return { errorCode: 0, value: { memberId: given, generation: generationId, protocol: protocolName ?? "", response } };
  }

  /**
   * Calls `assign` if this member is the leader, and fetches this member's assignment.
   *
   * @throws {GroupError} `CLIENT_GROUP_CALLBACK_FAILED`
   */
  async sync(joined: Joined): Promise<Attempt<Buffer>> {
    const { groupId, groupInstanceId, protocolType } = this.#settings;
    const { memberId, generation, protocol } = joined;
    const assignments = await this.#assignments(joined);
    const request = {
      groupId,
      generationId: generation,
      memberId,
      groupInstanceId,
      protocolType,
      protocolName: protocol,
      assignments,
    };
    const response = await this.#coordinator.request(this.#purpose, syncGroup, request, { timeoutMs: this.#timeoutMs });
    if (response.errorCode !== ErrorCode.NONE) return { errorCode: response.errorCode, value: null };
    return { errorCode: 0, value: response.assignment };
  }

  /** Leaves the group with one attempt. If that fails, the session ends later and the coordinator removes the member. */
  async leave(purpose: string, memberId: string, why: string): Promise<void> {
    const { groupId, groupInstanceId } = this.#settings;
    try {
      const request = { groupId, memberId, members: [{ memberId, groupInstanceId, reason: why }] };
      await this.#coordinator.request(purpose, leaveGroup, request);
    } catch (error) {
      this.#context.settings.log("info", "left a group without an answer of the coordinator", {
        groupId,
        memberId,
        reason: reason(error),
      });
    }
  }

  async #assignments({ memberId, protocol, response }: Joined): Promise<{ memberId: string; assignment: Buffer }[]> {
    // The coordinator tells a static leader that came back to keep the assignment as it is (KIP-814).
    if (response.leader !== memberId || response.skipAssignment) return [];
    try {
      const byMember = await this.#settings.assign(protocol, response.members);
      return response.members.map((member) => ({
        memberId: member.memberId,
        assignment: byMember.get(member.memberId) ?? empty,
      }));
    } catch (error) {
      throw new GroupError(
        "CLIENT_GROUP_CALLBACK_FAILED",
        this.#settings.groupId,
        null,
        `assign() failed with ${reason(error)}`,
        error,
      );
    }
  }
}

const empty: Buffer = Buffer.alloc(0);
