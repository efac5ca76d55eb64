import type { Random } from "../index.ts";

/** The xoshiro128** generator of Blackman and Vigna: fast, and good enough for anything but secrets. */
export class SeededRandom implements Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  /** Equal seeds draw equal numbers; seeds that differ in one character draw unrelated ones. */
  constructor(seed: string) {
    let state = 0x811c_9dc5;
    for (let i = 0; i < seed.length; i += 1) state = Math.imul(state ^ seed.charCodeAt(i), 0x0100_0193);
    const words: number[] = [];
    for (let i = 0; i < 4; i += 1) {
      state = (state + 0x9e37_79b9) | 0;
      // The text goes in once more for each word, or the state would hold no more than the 32 bits it went through.
      for (let at = 0; at < seed.length; at += 1)
        state = Math.imul((state ^ seed.charCodeAt(at)) + i, 0x85eb_ca6b) ^ (state >>> 15);
      words.push(scrambled(state));
    }
    // All zeros is the one state that never changes.
    this.#a = words[0]! | 1;
    this.#b = words[1]!;
    this.#c = words[2]!;
    this.#d = words[3]!;
  }

  uint32(): number {
    const result = Math.imul(rotated(Math.imul(this.#b, 5), 7), 9);
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = rotated(this.#d, 11);
    return result >>> 0;
  }

  /** A real number in `[0, 1)`. */
  fraction(): number {
    return this.uint32() / 2 ** 32;
  }

  /** An integer in `[0, bound)`. */
  below(bound: number): number {
    return Math.floor(this.fraction() * bound);
  }
}

function rotated(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** Spreads each bit of a word over the whole of it. */
export function scrambled(word: number): number {
  let mixed = word ^ (word >>> 16);
  mixed = Math.imul(mixed, 0x85eb_ca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2_ae35);
  return mixed ^ (mixed >>> 16);
}
