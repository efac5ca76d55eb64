import { ErrorCode, joinGroup, type JoinGroupResponse, leaveGroup, syncGroup } from "@millrace/protocol";

import type { ClientContext } from "../context.ts";
import { GroupError, reason } from "../errors.ts";
import type { Coordinator } from "./coordinator.ts";
import type { GroupSettings } from "./group-options.ts";
import type { SessionTimeout } from "./session-timeout.ts";

/** Time that the answer to a join has beyond the rebalance timeout, as in Java's AbstractCoordinator. */
const joinLapseMs = 5_000;

/** A member of a generation that awaits its assignment. */
export interface Joined {
  readonly memberId: string;
  readonly generation: number;
  readonly protocol: string;
  readonly response: JoinGroupResponse;
}

/** Outcome of an attempt. `errorCode` is the group's; failures of the network are thrown. */
export type Attempt<T> = { readonly errorCode: 0; readonly value: T } | { readonly errorCode: number; readonly value: null };

/** The requests by which a classic member comes and goes. One attempt each. */
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
   * @param memberId "" for a new member, which is told its id and joins again with it (KIP-394)
   * @param onMemberId hears that id at once: from then on the coordinator waits for the member, so it has to leave
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

  /** Has the leader assign, and gets this member's part. @throws {GroupError} `CLIENT_GROUP_CALLBACK_FAILED` */
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

  /** Best effort: who cannot say goodbye is missed after its session. */
  async leave(purpose: string, memberId: string, why: string): Promise<void> {
    const { groupId, groupInstanceId } = this.#settings;
    try {
      const request = { groupId, memberId, members: [{ memberId, groupInstanceId, reason: why }] };
      await this.#coordinator.request(purpose, leaveGroup, request);
    } catch (error) {
      this.#context.settings.log("info", "a member left without the coordinator's answer", {
        groupId,
        memberId,
        reason: reason(error),
      });
    }
  }

  async #assignments({ memberId, protocol, response }: Joined): Promise<{ memberId: string; assignment: Buffer }[]> {
    // A static leader that came back is told to leave the assignment as it is (KIP-814).
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
