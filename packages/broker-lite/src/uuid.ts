import type { Random } from "@millrace/platform";

/** A random UUID in Kafka's text, 22 characters of URL-safe base64; it never begins with `-`, which tools take for an option. */
export function randomUuid(random: Random): string {
  for (;;) {
    const text = randomBytes(random).toString("base64url");
    if (!text.startsWith("-")) return text;
  }
}

/** A random UUID in the usual hexadecimal text, as in Kafka's member ids. */
export function randomHexUuid(random: Random): string {
  const hex = randomBytes(random).toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Version 4, variant 1. */
function randomBytes(random: Random): Buffer {
  const bytes = Buffer.allocUnsafe(16);
  for (let at = 0; at < 16; at += 4) bytes.writeUInt32BE(random.uint32(), at);
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes;
}
