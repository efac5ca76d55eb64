import { readFileSync } from "node:fs";
import type { KafkaStreams } from "millrace";

/** Resolves when an application has processed so many records. @throws what made it fail */
export async function processed(streams: KafkaStreams, count: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const look = setInterval(() => {
      const failed = streams.state === "error";
      if (!failed && streams.metrics().recordsProcessed < count) return;
      clearInterval(look);
      if (failed) reject(streams.failure ?? new TypeError("the application failed"));
      else resolve();
    }, 20);
  });
}

/** User and system time of this process with its threads. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** The most memory that this process ever had. */
export function peakMb(): number {
  const peakKb = Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? Number.NaN);
  return Math.round(peakKb / 1024);
}
