import { createHash, createHmac, pbkdf2Sync, timingSafeEqual } from "node:crypto";

/** Hash functions of SCRAM (RFC 5802). The functions of this file are synchronous, so that a simulation stays in its own time. */
export type DigestName = "sha256" | "sha512";

const bytesOf = { sha256: 32, sha512: 64 } as const;

export function hash(name: DigestName, bytes: Uint8Array): Buffer {
  return createHash(name).update(bytes).digest();
}

export function hmac(name: DigestName, key: Uint8Array, text: string): Buffer {
  return createHmac(name, key).update(text).digest();
}

/** Computes RFC 5802's `Hi`. With 4,096 iterations it takes 2 to 4 ms. */
export function saltedPassword(name: DigestName, password: string, salt: Uint8Array, iterations: number): Buffer {
  return pbkdf2Sync(password, salt, iterations, bytesOf[name], name);
}

/** Compares two texts in the same time wherever they differ. */
export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
