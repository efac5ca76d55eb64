import * as fc from "fast-check";
import { expect, test } from "vitest";
import { FrameAssembler } from "./frame-assembler.ts";

function framed(body: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length);
  return Buffer.concat([length, body]);
}

test("frames come out whole and in order, however their bytes arrive", () => {
  const bodies = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 10 });
  fc.assert(
    fc.property(bodies, fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }), (sent, cuts) => {
      const stream = Buffer.concat(sent.map(framed));
      const frames: Buffer[] = [];
      const assembler = new FrameAssembler(
        { bytesMin: 0, bytesMax: 40 },
        (frame) => frames.push(frame),
        () => expect.unreachable(),
      );
      // A transport reads into one buffer over and over, so its bytes change after each call.
      const reused = Buffer.alloc(64);
      for (let at = 0, i = 0; at < stream.length; i += 1) {
        const end = Math.min(at + cuts[i % cuts.length]!, stream.length);
        stream.copy(reused, 5, at, end);
        assembler.push(reused, 5, 5 + end - at);
        reused.fill(0xee);
        at = end;
      }
      expect(frames.map((frame) => [...frame])).toEqual(sent.map((body) => [...body]));
    }),
  );
});

test("a large frame grows with its bytes, and is whole in the end", () => {
  const sent = Buffer.alloc(10_000_000);
  for (let i = 0; i + 4 <= sent.length; i += 4) sent.writeUInt32LE(i, i);
  const frames: Buffer[] = [];
  const assembler = new FrameAssembler(
    { bytesMin: 8, bytesMax: 128 * 1024 * 1024 },
    (frame) => frames.push(frame),
    () => expect.unreachable(),
  );
  const stream = framed(sent);
  for (let at = 0; at < stream.length; at += 65_536) assembler.push(stream, at, Math.min(stream.length, at + 65_536));
  expect(frames).toHaveLength(1);
  expect(frames[0]!.equals(sent)).toBe(true);
});

test("a length alone reserves 1 MiB at most", () => {
  const before = process.memoryUsage().arrayBuffers;
  const assemblers = Array.from({ length: 16 }, () => {
    const assembler = new FrameAssembler(
      { bytesMin: 8, bytesMax: 128 * 1024 * 1024 },
      () => expect.unreachable(),
      () => expect.unreachable(),
    );
    assembler.push(Buffer.from([0x07, 0xff, 0xff, 0xff, 1]), 0, 5);
    return assembler;
  });
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(24 * 1024 * 1024);
  expect(assemblers).toHaveLength(16);
});

test.each([[7], [-1], [1_001], [2 ** 31 - 1]])("a length of %i ends the assembly", (length) => {
  const bad: number[] = [];
  const assembler = new FrameAssembler(
    { bytesMin: 8, bytesMax: 1_000 },
    () => expect.unreachable(),
    (wrong) => bad.push(wrong),
  );
  const bytes = Buffer.alloc(3_000);
  bytes.writeInt32BE(length);
  assembler.push(bytes, 0, bytes.length);
  assembler.push(bytes, 0, bytes.length);
  expect(bad).toEqual([length]);
});
