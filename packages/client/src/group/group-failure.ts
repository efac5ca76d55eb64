import { errorByCode, ErrorCode } from "@millrace/protocol";

import { GroupError } from "../errors.ts";

/**
 * Meaning of a group's error for a member.
 *
 * - `again`: the coordinator moved, loads or was slow
 * - `rejoin`: the group rebalances
 * - `lost`: the group goes on without this member, which may join anew
 * - `fenced`: another member has this member's group instance id
 * - `refused`: it will not get better by itself
 */
export type GroupFailure = "again" | "rejoin" | "lost" | "fenced" | "refused";

const failures: ReadonlyMap<number, GroupFailure> = new Map([
  [ErrorCode.REBALANCE_IN_PROGRESS, "rejoin"],
  [ErrorCode.UNKNOWN_MEMBER_ID, "lost"],
  [ErrorCode.ILLEGAL_GENERATION, "lost"],
  // What OffsetCommit answers from version 9 on to a member of a group that is gone.
  [ErrorCode.GROUP_ID_NOT_FOUND, "lost"],
  [ErrorCode.FENCED_INSTANCE_ID, "fenced"],
] as const);

export function groupFailure(errorCode: number): GroupFailure {
  return failures.get(errorCode) ?? (errorByCode(errorCode).retriable ? "again" : "refused");
}

/** Advice for refusals that have a cause of their own. */
const hints: ReadonlyMap<number, string> = new Map([
  [
    ErrorCode.INCONSISTENT_GROUP_PROTOCOL,
    "the group has members of another kind, such as an application of Java's or a plain consumer: stop them, or use another group id",
  ],
  [ErrorCode.GROUP_MAX_SIZE_REACHED, "the group has as many members as the broker's group.max.size allows"],
] as const);

/** The error for users, of a failure that is not `again`. */
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
        `${operation} found that the group has gone on without this member (${name})`,
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
