import { copyBytes } from "@millrace/core";

/** Longer bytes get a buffer of their own. */
const scratchBytesMax = 512;

/**
 * Bytes for one native call, which takes a buffer and no bounds. They are copied into one buffer, behind a fixed prefix;
 * its views, one per length, are made once, so that a call allocates nothing.
 */
export class Scratch {
  readonly #prefix: Buffer;
  readonly #bytes: Buffer;
  readonly #views: (Buffer | null)[] = [];

  constructor(prefix: Buffer) {
    this.#prefix = prefix;
    this.#bytes = Buffer.allocUnsafeSlow(prefix.length + scratchBytesMax);
    this.#bytes.set(prefix);
  }

  /** `prefix ‖ from[start, end)`, which holds until the next call. */
  of(from: Uint8Array, start: number, end: number): Buffer {
    const at = this.#prefix.length;
    const length = end - start;
    if (length > scratchBytesMax) return this.#long(from.subarray(start, end));
    copyBytes(from, start, end, this.#bytes, at);
    while (this.#views.length <= length) this.#views.push(null);
    let view = this.#views[length]!;
    if (view === null) {
      view = this.#bytes.subarray(0, at + length);
      this.#views[length] = view;
    }
    return view;
  }

  #long(bytes: Uint8Array): Buffer {
    if (this.#prefix.length > 0) return Buffer.concat([this.#prefix, bytes]);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }
}
