/** How a key or value becomes bytes inside the open batch; a serde of the core fits. Null never reaches it. */
export interface FieldWriter<T> {
  /** An upper bound of what `write` needs for this value. */
  sizeMax(value: T): number;
  /** Encodes at `at` and returns the end. May throw; nothing is appended then. */
  write(to: Buffer, at: number, value: T): number;
}

/** Bytes as they are. */
export const bytesWriter: FieldWriter<Uint8Array> = {
  sizeMax(value: Uint8Array): number {
    return value.length;
  },
  write(to: Buffer, at: number, value: Uint8Array): number {
    to.set(value, at);
    return at + value.length;
  },
};
