/**
 * The order in which Java's HashSet and HashMap yield strings, which `Topology.describe()` shows.
 *
 * Table of `capacity` buckets, a power of two, doubled when more than three quarters are filled; the bucket of a string is its
 * hash, folded, modulo the capacity; within a bucket, the order of insertion (growing keeps it).
 */
export function javaHashOrder(strings: Iterable<string>): string[] {
  const distinct = [...new Set(strings)];
  let capacity = capacityMin;
  while (distinct.length > capacity * loadFactor) capacity *= 2;
  return byBucket(distinct, capacity);
}

/** The order of `new HashSet(collection)`, which is sized for the collection at once, and so a step earlier at 12, 24, …. */
export function javaHashOrderOfCopy(strings: Iterable<string>): string[] {
  const distinct = [...new Set(strings)];
  const needed = Math.max(Math.floor(distinct.length / loadFactor) + 1, capacityMin);
  let capacity = capacityMin;
  while (capacity < needed) capacity *= 2;
  return byBucket(distinct, capacity);
}

const capacityMin = 16;
const loadFactor = 0.75;

function byBucket(strings: readonly string[], capacity: number): string[] {
  const buckets = strings.map((string) => ({ string, bucket: bucketOf(string, capacity) }));
  return buckets.sort((a, b) => a.bucket - b.bucket).map(({ string }) => string);
}

function bucketOf(string: string, capacity: number): number {
  let hash = 0;
  for (let i = 0; i < string.length; i += 1) hash = (Math.imul(hash, 31) + string.charCodeAt(i)) | 0;
  return (hash ^ (hash >>> 16)) & (capacity - 1);
}
