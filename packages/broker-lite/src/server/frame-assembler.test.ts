import * as fc from "fast-check";
import { expect, test } from "vitest";
import { FrameRefusedError } from "../errors.ts";
import { FrameAssembler } from "./frame-assembler.ts";

const payloads = fc.array(fc.uint8Array({ minLength: 8, maxLength: 40 }), { maxLength: 10 });

test("frames come out whole and in order, however their bytes arrive", () => {
  fc.assert(
    fc.property(payloads, fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }), (bodies, cuts) => {
      const stream = Buffer.concat(
        bodies.flatMap((body) => {
          const size = Buffer.alloc(4);
          size.writeInt32BE(body.length);
          return [size, body];
        }),
      );
      const assembler = new FrameAssembler(1_000);
      const frames: Buffer[] = [];
      const reused = Buffer.alloc(64);
      for (let at = 0, i = 0; at < stream.length; i += 1) {
        const end = Math.min(at + cuts[i % cuts.length]!, stream.length);
        stream.copy(reused, 5, at, end);
        assembler.push(reused, 5, 5 + end - at, frames);
        at = end;
      }
      expect(frames.map((frame) => [...frame])).toEqual(bodies.map((body) => [...body]));
    }),
  );
});

test("a large frame grows with its bytes, not with what its size claims", () => {
  const assembler = new FrameAssembler(100_000_000);
  const size = Buffer.alloc(4);
  const body = Buffer.alloc(5_000_000, 7);
  size.writeInt32BE(body.length);
  const frames: Buffer[] = [];
  assembler.push(size, 0, 4, frames);
  for (let at = 0; at < body.length; at += 65_536) assembler.push(body, at, Math.min(at + 65_536, body.length), frames);
  expect(frames).toHaveLength(1);
  expect(frames[0]!.equals(body)).toBe(true);
});

test.each([[7], [-1], [1_001]])("a size of %i is refused", (size) => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(size);
  expect(() => new FrameAssembler(1_000).push(bytes, 0, 4, [])).toThrow(FrameRefusedError);
});
