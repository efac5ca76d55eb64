/** Computes Murmur2 over `[start, end)` as Kafka's default partitioner does (`Utils.murmur2`): a signed int32. */
export function murmur2(buffer: Uint8Array, start: number, end: number): number {
  const length = end - start;
  let hash = seed ^ length;
  let at = start;
  const endOfFours = start + (length & ~3);
  while (at < endOfFours) {
    let four = buffer[at]! | (buffer[at + 1]! << 8) | (buffer[at + 2]! << 16) | (buffer[at + 3]! << 24);
    four = Math.imul(four, multiplier);
    four ^= four >>> 24;
    hash = Math.imul(hash, multiplier) ^ Math.imul(four, multiplier);
    at += 4;
  }
  const rest = end - at;
  if (rest >= 3) hash ^= buffer[at + 2]! << 16;
  if (rest >= 2) hash ^= buffer[at + 1]! << 8;
  if (rest >= 1) hash = Math.imul(hash ^ buffer[at]!, multiplier);
  hash = Math.imul(hash ^ (hash >>> 13), multiplier);
  return hash ^ (hash >>> 15);
}

const seed = 0x9747b28c | 0;
const multiplier = 0x5bd1e995;

/** Computes the partition that Kafka's default partitioner gives a key: murmur2 without its sign bit, modulo the partitions. */
export function partitionForKey(buffer: Uint8Array, start: number, end: number, partitionCount: number): number {
  return (murmur2(buffer, start, end) & 0x7fffffff) % partitionCount;
}
