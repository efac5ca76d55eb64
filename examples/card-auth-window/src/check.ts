import { randomUUID } from "node:crypto";
import type { Kafka } from "kafkajs";
import type { Attempt } from "./attempts.ts";

/** What the alerts must say in the end: by `card from`, how many declines that minute had, if at least three. */
export function expectedAlerts(attempts: readonly Attempt[]): Map<string, number> {
  const declines = new Map<string, number>();
  for (const { card, approved, atMs } of attempts) {
    if (approved) continue;
    // Every ten seconds a window of sixty begins; six of them hold a moment.
    for (let from = Math.floor(atMs / 10_000) * 10_000; from > atMs - 60_000; from -= 10_000) {
      const window = `${card} ${String(from)}`;
      declines.set(window, (declines.get(window) ?? 0) + 1);
    }
  }
  return new Map([...declines].filter(([, count]) => count >= 3));
}

/** Reads the alert topic from its beginning to its present end; the last word on each window of the cards with this prefix. */
export async function sentAlerts(kafka: Kafka, cardPrefix: string): Promise<Map<string, number>> {
  const admin = kafka.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets("card-alert");
  await admin.disconnect();
  const open = new Map(ends.filter((end) => Number(end.high) > Number(end.low)).map((end) => [end.partition, Number(end.high)]));
  const alerts = new Map<string, number>();
  if (open.size === 0) return alerts;
  const consumer = kafka.consumer({ groupId: `card-auth-check-${randomUUID()}` });
  await consumer.connect();
  await consumer.subscribe({ topic: "card-alert", fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    consumer
      .run({
        eachMessage: ({ partition, message }) => {
          const card = message.key?.toString() ?? "";
          if (card.startsWith(cardPrefix)) {
            const { count, from } = JSON.parse(message.value?.toString() ?? "") as { count: number; from: number };
            alerts.set(`${card} ${String(from)}`, count);
          }
          if (Number(message.offset) + 1 >= (open.get(partition) ?? 0)) open.delete(partition);
          if (open.size === 0) resolve();
          return Promise.resolve();
        },
      })
      .catch(reject);
  });
  await consumer.disconnect();
  return alerts;
}

/** The first differences, in words; empty if all is as it must be. */
export function differences(expected: ReadonlyMap<string, number>, found: ReadonlyMap<string, number>): string[] {
  const lines: string[] = [];
  for (const [window, count] of expected) {
    if (found.get(window) !== count)
      lines.push(`${window}: ${String(count)} declines, but the alert says ${String(found.get(window))}`);
  }
  for (const [window, count] of found) {
    if (!expected.has(window)) lines.push(`${window}: an alert of ${String(count)} that should not be`);
  }
  return lines;
}
