/** Computes Java's `String.hashCode` over UTF-16 units: a signed int32. */
export function javaHashCode(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return hash;
}

/**
 * Computes the partition of the consumer offsets topic (or transaction state topic) that holds a group (or transactional id). Its
 * leader is the coordinator. Java: `Utils.abs(hashCode) % partitions`, where `Utils.abs` maps the smallest int32 to 0.
 */
export function groupPartition(groupId: string, partitionCount: number): number {
  const hash = javaHashCode(groupId);
  return (hash === -2147483648 ? 0 : Math.abs(hash)) % partitionCount;
}
