import { scrambled } from "./seeded-random.ts";

/** A running hash over all that happens: equal hashes mean equal runs. Optionally the same as lines of text. */
export class Trace {
  readonly #sink: ((line: string) => void) | null;
  #high = 0x243f_6a88;
  #low = 0x85a3_08d3;

  constructor(sink: ((line: string) => void) | null) {
    this.#sink = sink;
  }

  /** An event is about to run. */
  event(timeUs: number, kind: string, host: string): void {
    this.#number(timeUs);
    this.#text(kind);
    this.#text(host);
    this.#sink?.(`${(timeUs / 1000).toFixed(3)} ${host} ${kind}`);
  }

  /** Notes the details of an event: `what` happened to `subject`, with a number and perhaps bytes. */
  detail(what: string, subject: string, count: number, bytes: Uint8Array | null): void {
    this.#text(what);
    this.#text(subject);
    this.#number(count);
    if (bytes !== null) this.#mix(bytesHash(bytes));
    this.#sink?.(`    ${what} ${subject} ${String(count)}${bytes === null ? "" : ` #${(bytesHash(bytes) >>> 0).toString(16)}`}`);
  }

  /** 16 hexadecimal digits. */
  get hash(): string {
    const high = scrambled(this.#high ^ this.#low);
    const low = scrambled(this.#low + Math.imul(this.#high, 31));
    return hexadecimal(high) + hexadecimal(low);
  }

  #number(value: number): void {
    this.#mix(value | 0);
    this.#mix(Math.floor(value / 2 ** 32));
  }

  #text(text: string): void {
    for (let i = 0; i < text.length; i += 1) this.#mix(text.charCodeAt(i));
    this.#mix(text.length);
  }

  #mix(word: number): void {
    this.#high = mixed(this.#high, word);
    this.#low = Math.imul(this.#low ^ word, 0x0100_0193) ^ (this.#low >>> 15);
  }
}

function hexadecimal(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}

/** One round of Austin Appleby's murmur3. */
function mixed(state: number, word: number): number {
  let part = Math.imul(word, 0xcc9e_2d51);
  part = Math.imul((part << 15) | (part >>> 17), 0x1b87_3593);
  const next = state ^ part;
  return (Math.imul((next << 13) | (next >>> 19), 5) + 0xe654_6b64) | 0;
}

function bytesHash(bytes: Uint8Array): number {
  const whole = bytes.length & ~3;
  let state = bytes.length;
  for (let i = 0; i < whole; i += 4) {
    state = mixed(state, bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24));
  }
  for (let i = whole; i < bytes.length; i += 1) state = mixed(state, bytes[i]!);
  return scrambled(state);
}
