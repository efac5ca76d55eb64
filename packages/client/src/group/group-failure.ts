import { errorByCode, ErrorCode } from "@millrace/protocol";

import { GroupError } from "../errors.ts";

/**
 * Meaning of an error code for a member of a group.
 *
 * - `again`: the coordinator moved, is loading or was slow
 * - `rejoin`: the group is rebalancing
 * - `lost`: the group continues without this member, which may join anew
 * - `fenced`: another member has the same group instance id
 * - `refused`: another attempt fails too
 */
export type GroupFailure = "again" | "rejoin" | "lost" | "fenced" | "refused";

const failures: ReadonlyMap<number, GroupFailure> = new Map([
  [ErrorCode.REBALANCE_IN_PROGRESS, "rejoin"],
  [ErrorCode.UNKNOWN_MEMBER_ID, "lost"],
  [ErrorCode.ILLEGAL_GENERATION, "lost"],
  // OffsetCommit from version 9 on: the group is gone.
  [ErrorCode.GROUP_ID_NOT_FOUND, "lost"],
  [ErrorCode.FENCED_INSTANCE_ID, "fenced"],
] as const);

export function groupFailure(errorCode: number): GroupFailure {
  return failures.get(errorCode) ?? (errorByCode(errorCode).retriable ? "again" : "refused");
}

/** Advice for refusals with a known cause. */
const hints: ReadonlyMap<number, string> = new Map([
  [
    ErrorCode.INCONSISTENT_GROUP_PROTOCOL,
    "the group has members of another kind, such as an application of Java's or a plain consumer: stop them, or use another group id",
  ],
  [ErrorCode.GROUP_MAX_SIZE_REACHED, "the group has as many members as the broker's group.max.size allows"],
] as const);

/** Error for users. Meant for failures other than `again`. */
export function groupError(groupId: string, operation: string, errorCode: number, failure: GroupFailure): GroupError {
  const { name } = errorByCode(errorCode);
  switch (failure) {
    case "again":
    case "rejoin":
      return new GroupError(
        "CLIENT_REBALANCE_IN_PROGRESS",
        groupId,
        name,
        `${operation} came during a rebalance (${name}); repeat it in the next generation`,
      );
    case "lost":
      return new GroupError(
        "CLIENT_MEMBERSHIP_LOST",
        groupId,
        name,
        `${operation} found that the group continues without this member (${name})`,
      );
    case "fenced":
      return new GroupError(
        "CLIENT_GROUP_INSTANCE_FENCED",
        groupId,
        name,
        `${operation} found another member with the same group instance id; give each its own`,
      );
    case "refused":
      return new GroupError(
        "CLIENT_GROUP_REFUSED",
        groupId,
        name,
        `${operation} was refused with ${name}; ${hints.get(errorCode) ?? "check the group's settings and permissions"}`,
      );
  }
}
