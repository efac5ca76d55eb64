/** LZ4 blocks (lz4_Block_format.md of lz4/lz4) in plain JavaScript. */

const matchBytesMin = 4;
/** Distance from the end of the content at which the last match may begin. The last five bytes are always literals. */
const matchStartDistanceMin = 12;
const literalsAtEnd = 5;
const hashBits = 13;
const hashTable = new Int32Array(1 << hashBits);

/**
 * Computes the size of a block's content by walking its sequences. Returns -1 for a damaged block: lengths that do not add up,
 * matches that reach outside. A block that passes is safe to decode. Costs a quarter of decoding the block in JavaScript.
 */
export function lz4BlockContentBytes(source: Uint8Array, start: number, end: number): number {
  let at = start;
  let bytes = 0;
  while (at < end) {
    const token = source[at]!;
    at += 1;
    let length = token >>> 4;
    if (length === 15) {
      let more = 255;
      while (more === 255 && at < end) {
        more = source[at]!;
        at += 1;
        length += more;
      }
    }
    at += length;
    bytes += length;
    if (at >= end - 1) return at === end ? bytes : -1;
    const distance = source[at]! | (source[at + 1]! << 8);
    if (distance === 0 || distance > bytes) return -1;
    at += 2;
    length = token & 15;
    if (length === 15) {
      let more = 255;
      while (more === 255 && at < end) {
        more = source[at]!;
        at += 1;
        length += more;
      }
    }
    bytes += length + matchBytesMin;
  }
  // A block ends with literals, never with a match.
  return -1;
}

export function decompressLz4BlockPortable(
  source: Buffer,
  start: number,
  end: number,
  contentBytesMax: number,
): Uint8Array | null {
  const contentBytes = lz4BlockContentBytes(source, start, end);
  if (contentBytes < 0 || contentBytes > contentBytesMax) return null;
  const target = Buffer.allocUnsafeSlow(contentBytes);
  let from = start;
  let to = 0;
  // The walk above has shown that no length or distance leads outside.
  for (;;) {
    const token = source[from]!;
    from += 1;
    let length = token >>> 4;
    if (length === 15) {
      let more = 255;
      while (more === 255) {
        more = source[from]!;
        from += 1;
        length += more;
      }
    }
    if (length > 48) source.copy(target, to, from, from + length);
    else for (let i = 0; i < length; i += 1) target[to + i] = source[from + i]!;
    from += length;
    to += length;
    if (from === end) return target;
    const distance = source[from]! | (source[from + 1]! << 8);
    from += 2;
    length = token & 15;
    if (length === 15) {
      let more = 255;
      while (more === 255) {
        more = source[from]!;
        from += 1;
        length += more;
      }
    }
    length += matchBytesMin;
    if (length > 64 && distance >= length) target.copyWithin(to, to - distance, to - distance + length);
    else for (let i = to; i < to + length; i += 1) target[i] = target[i - distance]!;
    to += length;
  }
}

/** Greedy matching over a table of four-byte hashes, as the reference's fast mode. */
export function compressLz4BlockPortable(source: Buffer, start: number, end: number): Uint8Array {
  const target = Buffer.allocUnsafeSlow(end - start + Math.ceil((end - start) / 255) + 16);
  hashTable.fill(-1);
  let to = 0;
  let literalsStart = start;
  let at = start;
  const matchStartMax = end - matchStartDistanceMin;
  const matchEndMax = end - literalsAtEnd;
  while (at <= matchStartMax) {
    const four = fourBytes(source, at);
    const slot = Math.imul(four, 0x9e3779b1) >>> (32 - hashBits);
    const candidate = hashTable[slot]!;
    hashTable[slot] = at;
    if (candidate < 0 || at - candidate > 0xffff || fourBytes(source, candidate) !== four) {
      // Step wider the longer nothing matched, so that incompressible input goes by quickly.
      at += 1 + ((at - literalsStart) >>> 6);
      continue;
    }
    let matchEnd = at + matchBytesMin;
    let other = candidate + matchBytesMin;
    while (matchEnd < matchEndMax && source[matchEnd] === source[other]) {
      matchEnd += 1;
      other += 1;
    }
    to = writeSequence(target, to, source, literalsStart, at, matchEnd - at - matchBytesMin);
    target[to] = at - candidate;
    target[to + 1] = (at - candidate) >>> 8;
    to = writeLengthRest(target, to + 2, matchEnd - at - matchBytesMin);
    at = matchEnd;
    literalsStart = at;
  }
  to = writeSequence(target, to, source, literalsStart, end, 0);
  return target.subarray(0, to);
}

/** Writes the token and the literals. */
function writeSequence(
  target: Buffer,
  at: number,
  source: Buffer,
  literalsStart: number,
  literalsEnd: number,
  matchRest: number,
): number {
  const literals = literalsEnd - literalsStart;
  target[at] = (Math.min(literals, 15) << 4) | Math.min(matchRest, 15);
  const to = writeLengthRest(target, at + 1, literals);
  source.copy(target, to, literalsStart, literalsEnd);
  return to + literals;
}

/** Writes the part of a length of 15 or more that does not fit into the four bits of the token. */
function writeLengthRest(target: Buffer, at: number, length: number): number {
  if (length < 15) return at;
  let to = at;
  let rest = length - 15;
  for (; rest >= 255; rest -= 255) {
    target[to] = 255;
    to += 1;
  }
  target[to] = rest;
  return to + 1;
}

function fourBytes(source: Uint8Array, at: number): number {
  return source[at]! | (source[at + 1]! << 8) | (source[at + 2]! << 16) | (source[at + 3]! << 24);
}
