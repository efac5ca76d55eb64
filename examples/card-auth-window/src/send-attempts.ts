import { CompressionTypes, type Producer } from "kafkajs";
import type { Attempt } from "./attempts.ts";

/** Resolves when the brokers have them. */
export async function sendAttempts(producer: Producer, attempts: readonly Attempt[]): Promise<void> {
  await producer.send({
    topic: "auth-attempt",
    compression: CompressionTypes.None,
    messages: attempts.map(({ atMs, ...attempt }) => ({
      key: attempt.card,
      value: JSON.stringify(attempt),
      timestamp: String(atMs),
    })),
  });
}
