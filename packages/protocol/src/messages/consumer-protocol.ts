import { Reader } from "../bytes/reader.ts";
import { Writer } from "../bytes/writer.ts";
import type { VersionedMessage } from "./api.ts";
import {
  type ConsumerProtocolAssignment,
  consumerProtocolAssignment,
  type ConsumerProtocolAssignmentInput,
} from "./generated/consumer-protocol-assignment.ts";
import {
  type ConsumerProtocolSubscription,
  consumerProtocolSubscription,
  type ConsumerProtocolSubscriptionInput,
} from "./generated/consumer-protocol-subscription.ts";
import { UnsupportedVersionError } from "./frame.ts";

/**
 * Encodes the metadata of a JoinGroup request, with its int16 version in front. Topics and owned partitions are sorted, as Java does, so
 * that equal subscriptions are equal bytes and a rejoin with nothing new starts no rebalance.
 *
 * @throws {UnsupportedVersionError} when `version` is not 0 to 3
 */
export function encodeSubscription(subscription: ConsumerProtocolSubscriptionInput, version: number = 3): Buffer {
  const owned = subscription.ownedPartitions ?? [];
  const sorted: ConsumerProtocolSubscriptionInput = {
    ...subscription,
    topics: subscription.topics.toSorted(compareUnits),
    ownedPartitions: owned
      .map((each) => ({ topic: each.topic, partitions: each.partitions.toSorted((a, b) => a - b) }))
      .sort((a, b) => compareUnits(a.topic, b.topic)),
  };
  return encode(consumerProtocolSubscription, sorted, version);
}

/**
 * Reads what `encodeSubscription` writes. A version later than ours is read as ours: later ones only append fields.
 *
 * @throws {MalformedMessageError} when the bytes end too early or break the format
 */
export function decodeSubscription(bytes: Buffer): ConsumerProtocolSubscription {
  return decode(consumerProtocolSubscription, bytes);
}

/**
 * Encodes the assignment that a SyncGroup response carries for one member, with its int16 version in front.
 *
 * @throws {UnsupportedVersionError} when `version` is not 0 to 3
 */
export function encodeAssignment(assignment: ConsumerProtocolAssignmentInput, version: number = 3): Buffer {
  return encode(consumerProtocolAssignment, assignment, version);
}

/**
 * Reads what `encodeAssignment` writes. A version later than ours is read as ours: later ones only append fields.
 *
 * @throws {MalformedMessageError} when the bytes end too early or break the format
 */
export function decodeAssignment(bytes: Buffer): ConsumerProtocolAssignment {
  return decode(consumerProtocolAssignment, bytes);
}

function encode<Input>(message: VersionedMessage<unknown, Input>, value: Input, version: number): Buffer {
  if (version < message.minVersion || version > message.maxVersion) {
    throw new UnsupportedVersionError(message.name, version, message.minVersion, message.maxVersion);
  }
  const to = new Writer();
  to.int16(version);
  message.write(to, value, version);
  return to.toBuffer();
}

function decode<T>(message: VersionedMessage<T, never>, bytes: Buffer): T {
  const from = new Reader(bytes);
  const version = from.int16();
  if (version < message.minVersion) throw from.malformed(`${message.name} has no version ${version}`);
  return message.read(from, Math.min(version, message.maxVersion));
}

/** Compares by UTF-16 code units, the order of Java's `String.compareTo`. */
function compareUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
