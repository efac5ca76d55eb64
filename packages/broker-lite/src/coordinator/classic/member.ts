import type { Timer } from "@millrace/platform";

export interface MemberProtocol {
  readonly name: string;
  readonly metadata: Buffer;
}

export interface JoinRequest {
  readonly groupId: string;
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly protocolType: string;
  readonly protocols: readonly MemberProtocol[];
  readonly sessionTimeoutMs: number;
  /** -1: as the session timeout. */
  readonly rebalanceTimeoutMs: number;
}

/** Properties of a member that follow from the version of its JoinGroup request. */
export interface JoinOptions {
  readonly clientId: string;
  readonly clientHost: string;
  /** From version 4 on, who has no id is given one to come back with (KIP-394). */
  readonly requireMemberId: boolean;
  /** From version 9 on, a leader can be told not to assign anew (KIP-814). */
  readonly canSkipAssignment: boolean;
}

/** The answer to a JoinGroup request. */
export interface JoinResult {
  readonly errorCode: number;
  readonly generationId: number;
  readonly protocolType: string | null;
  readonly protocolName: string | null;
  readonly leader: string;
  readonly skipAssignment: boolean;
  readonly memberId: string;
  /** Everyone's metadata for the leader; empty for the others. */
  readonly members: readonly { readonly memberId: string; readonly groupInstanceId: string | null; readonly metadata: Buffer }[];
}

/** The answer to a SyncGroup request. */
export interface SyncResult {
  readonly errorCode: number;
  readonly protocolType: string | null;
  readonly protocolName: string | null;
  readonly assignment: Buffer;
}

export const noBytes: Buffer = Buffer.alloc(0);

/** A member of a classic group. */
export class Member {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  /** Client id, for clients that describe the group. */
  readonly clientId: string;
  readonly clientHost: string;
  rebalanceTimeoutMs: number;
  sessionTimeoutMs: number;
  /** In the order in which the member prefers them. */
  protocols: readonly MemberProtocol[];
  assignment: Buffer = noBytes;
  /** It joined during the present rebalance, so that its session has not begun. */
  isNew = true;
  /** Answers the join that is parked until all members have joined. */
  join: ((result: JoinResult) => void) | null = null;
  /** Answers the sync that is parked until the leader's assignment is there. */
  sync: ((result: SyncResult) => void) | null = null;
  sessionTimer: Timer | null = null;

  constructor(memberId: string, request: JoinRequest, options: JoinOptions) {
    this.memberId = memberId;
    this.groupInstanceId = request.groupInstanceId;
    this.clientId = options.clientId;
    this.clientHost = options.clientHost;
    this.rebalanceTimeoutMs = rebalanceTimeoutMs(request);
    this.sessionTimeoutMs = request.sessionTimeoutMs;
    this.protocols = request.protocols;
  }

  metadata(protocol: string): Buffer {
    return this.protocols.find(({ name }) => name === protocol)?.metadata ?? noBytes;
  }

  /** Returns true if the member asks for exactly what it asked for before. */
  hasProtocols(protocols: readonly MemberProtocol[]): boolean {
    return (
      protocols.length === this.protocols.length &&
      protocols.every(({ name, metadata }, i) => name === this.protocols[i]!.name && metadata.equals(this.protocols[i]!.metadata))
    );
  }
}

export function joinError(errorCode: number, memberId: string): JoinResult {
  return {
    errorCode,
    generationId: -1,
    protocolType: null,
    protocolName: null,
    leader: "",
    skipAssignment: false,
    memberId,
    members: [],
  };
}

export function syncError(errorCode: number): SyncResult {
  return { errorCode, protocolType: null, protocolName: null, assignment: noBytes };
}

/** Time that the member may take to rejoin, in milliseconds. Requests of version 0 do not state it. */
export function rebalanceTimeoutMs(request: JoinRequest): number {
  return request.rebalanceTimeoutMs < 0 ? request.sessionTimeoutMs : request.rebalanceTimeoutMs;
}
