/**
 * Received bytes are not what Kafka's format allows: they end too early, or a length, count or tag cannot be.
 * The connection that sent them is out of step and must be closed; asking again there does not help.
 */
export class MalformedMessageError extends Error {
  readonly code = "PROTOCOL_MALFORMED_MESSAGE";
  readonly retriable = false;
  /** Position of the byte at which reading stopped, counted from the start of the buffer. */
  readonly position: number;

  constructor(fact: string, position: number) {
    super(
      `Malformed message at byte ${position}: ${fact}. Close the connection; the peer does not speak this version of Kafka's protocol.`,
    );
    this.name = new.target.name;
    this.position = position;
  }
}

/** A value has no form on the wire, such as a null where the version demands a string. The caller must pass another value or version. */
export class UnwritableValueError extends Error {
  readonly code = "PROTOCOL_UNWRITABLE_VALUE";
  readonly retriable = false;

  constructor(fact: string) {
    super(`${fact}. Pass a value that this version of the message can carry.`);
    this.name = new.target.name;
  }
}
