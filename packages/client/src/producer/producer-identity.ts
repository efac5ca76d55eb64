/**
 * Identity of an idempotent producer at a partition: the id from the cluster, and an epoch that the producer raises itself
 * (KIP-360).
 */
export interface ProducerIdentity {
  readonly id: number;
  readonly epoch: number;
}

/** Identity that a producer without idempotence sends. */
export const noIdentity: ProducerIdentity = { id: -1, epoch: -1 };

/** Largest epoch, an int16. After it a new producer id is needed. */
const epochMax = 2 ** 15 - 1;

/**
 * Returns the same producer at the next epoch, in which the sequence of every partition begins at 0; null: the epochs are used
 * up.
 */
export function bumped(identity: ProducerIdentity): ProducerIdentity | null {
  return identity.epoch >= epochMax ? null : { id: identity.id, epoch: identity.epoch + 1 };
}
