/**
 * Measures the cost of looking at every record of a produced batch, compared with header and checksum alone, the least that a
 * broker can do: megabytes and records a second, in memory.
 *
 *   node --conditions=millrace-source packages/broker-lite/src/log/produced-batch.bench.ts
 *
 * header: framing, header, CRC, append. whole: the same, and the records. Megabytes are those of the records before
 * compression.
 */
import { nodePlatform } from "@millrace/platform/node";
import { BatchHeader, codecs, encodeBatch } from "@millrace/protocol";
import type { CodecName } from "@millrace/protocol";
import { brokerConfig } from "../config/broker-config.ts";
import { topicConfig } from "../config/topic-config.ts";
import { MemoryStorage } from "./memory-bytes.ts";
import { PartitionLog } from "./partition-log.ts";
import { validateProduced } from "./produced-batch.ts";

const { timers, clock } = nodePlatform();
const config = topicConfig(new Map(), brokerConfig({}));
const recompressed = topicConfig(new Map([["compression.type", "zstd"]]), brokerConfig({}));
const nowMs = clock.nowMs();
const secondsMin = 1;
const words = "event page user click session value amount country device order".split(" ");

function batch(codec: CodecName, valueBytes: number, count: number): Buffer {
  let seed = 1;
  const word = (): string => words[(seed = (seed * 16_807) % 2_147_483_647) % words.length]! + String(seed % 1_000);
  const text = (): string => {
    let value = "";
    while (value.length < valueBytes) value += `${word()} `;
    return value.slice(0, valueBytes);
  };
  const records = Array.from({ length: count }, (_, offset) => ({
    offset,
    timestamp: nowMs + offset,
    key: Buffer.from(word()),
    value: Buffer.from(text()),
  }));
  return encodeBatch({ codec, records });
}

function measure(bytes: Buffer, check: (header: BatchHeader, copy: Buffer) => void): number {
  const header = new BatchHeader();
  const copy = Buffer.from(bytes);
  let log = openLog();
  let batches = 0;
  const began = process.hrtime.bigint();
  for (let elapsed = 0; elapsed < secondsMin; elapsed = Number(process.hrtime.bigint() - began) / 1e9) {
    for (let i = 0; i < 20; i += 1) {
      // What a producer sends has the base offset 0.
      copy.writeBigInt64BE(0n, 0);
      check(header, copy);
      log.append(header, 0, nowMs);
      batches += 1;
    }
    if (log.sizeBytes > 64 * 1024 * 1024) log = openLog();
  }
  return batches / (Number(process.hrtime.bigint() - began) / 1e9);
}

function openLog(): PartitionLog {
  return PartitionLog.open(new MemoryStorage(), config, timers, nowMs, { recoveryPoint: 0, logStartOffset: 0 }, () => {});
}

function headerAlone(header: BatchHeader, copy: Buffer): void {
  header.open(copy);
  if (!header.isCrcValid) throw new TypeError("the batch is damaged");
}

function whole(wanted: typeof config): (header: BatchHeader, copy: Buffer) => void {
  return (header, copy) => {
    const refused = validateProduced(header, copy, wanted, 9, nowMs);
    if (refused !== null) throw new TypeError(refused.message);
  };
}

function row(name: string, valueBytes: number, count: number, bytes: Buffer, wanted: typeof config): void {
  const plainBytes = batch("none", valueBytes, count).length;
  const told = (perSecond: number): string =>
    `${((perSecond * plainBytes) / 1e6).toFixed(0).padStart(5)} MB/s ${((perSecond * count) / 1e6).toFixed(2).padStart(6)} M records/s`;
  const before = measure(bytes, headerAlone);
  const after = measure(bytes, whole(wanted));
  const costNs = (1e9 / after - 1e9 / before) / count;
  process.stdout.write(
    `${name.padEnd(34)} header ${told(before)}   whole ${told(after)}   ${costNs.toFixed(0).padStart(5)} ns a record\n`,
  );
}

for (const [valueBytes, count] of [
  [100, 140],
  [1_000, 16],
  [16_000, 1],
] as const) {
  for (const codec of Object.keys(codecs) as CodecName[])
    row(`${count} × ${valueBytes} bytes, ${codec}`, valueBytes, count, batch(codec, valueBytes, count), config);
}
row("140 × 100 bytes, none to zstd", 100, 140, batch("none", 100, 140), recompressed);
