import { json, NotReadyError, serde, type Serde } from "millrace";

// #region own
interface Point {
  readonly x: number;
  readonly y: number;
}

/** Two doubles, 16 bytes. */
export const point: Serde<Point> = serde<Point>({
  name: "point",
  serialize: ({ x, y }) => {
    const bytes = Buffer.alloc(16);
    bytes.writeDoubleBE(x, 0);
    bytes.writeDoubleBE(y, 8);
    return bytes;
  },
  deserialize: (bytes) => ({ x: bytes.readDoubleBE(0), y: bytes.readDoubleBE(8) }),
});
// #endregion

// #region looks-up
/** Decoder of a schema's values. */
type Decode = (bytes: Buffer) => unknown;

/** Values behind the id of their schema, in 4 bytes; the registry knows the schemas. */
export function withSchemas(registry: { fetch(id: number): Promise<Decode> }): Serde<unknown> {
  const known = new Map<number, Decode>();
  const waiting = new Map<number, NotReadyError>();

  async function look(id: number): Promise<void> {
    try {
      known.set(id, await registry.fetch(id));
    } finally {
      waiting.delete(id);
    }
  }

  return serde<unknown>({
    name: "withSchemas",
    serialize: () => {
      throw new Error("bind() makes the serde that writes");
    },
    deserialize: (bytes) => {
      const id = bytes.readInt32BE(0);
      const decode = known.get(id);
      if (decode !== undefined) return decode(bytes.subarray(4));
      let error = waiting.get(id);
      if (error === undefined) {
        error = new NotReadyError("withSchemas", `schema ${String(id)}`, look(id));
        waiting.set(id, error);
      }
      throw error;
    },
  });
}
// #endregion

/** What json() says to values that JSON would change. */
export function refused(): string {
  const values: readonly (readonly [code: string, value: unknown])[] = [
    ["{ price: NaN }", { price: NaN }],
    ["{ tags: new Set([1]) }", { tags: new Set([1]) }],
    ["{ body: Buffer.from([1]) }", { body: Buffer.from([1]) }],
    ["{ id: 9007199254740993n }", { id: 9_007_199_254_740_993n }],
  ];
  const written = values.map(([code, value]) => `${code}\n  ${failure(() => json().sizeMax(value))}`);
  const text = Buffer.from('{"id":9007199254740993}');
  return [...written, `reading ${String(text)}\n  ${failure(() => json().read(text, 0, text.length))}`].join("\n");
}

function failure(action: () => unknown): string {
  try {
    action();
    return "no error";
  } catch (error) {
    return (error as Error).message;
  }
}
