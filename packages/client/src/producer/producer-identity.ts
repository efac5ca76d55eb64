/** Who an idempotent producer is to a partition: the id from the cluster, and an epoch that it raises itself (KIP-360). */
export interface ProducerIdentity {
  readonly id: number;
  readonly epoch: number;
}

/** What a producer without idempotence sends. */
export const noIdentity: ProducerIdentity = { id: -1, epoch: -1 };

/** An epoch is an int16; after the last one a new producer id is needed. */
const epochMax = 2 ** 15 - 1;

/** The same producer at the next epoch, for which every partition's sequence begins at 0; null: the epochs are used up. */
export function bumped(identity: ProducerIdentity): ProducerIdentity | null {
  return identity.epoch >= epochMax ? null : { id: identity.id, epoch: identity.epoch + 1 };
}
