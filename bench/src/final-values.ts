import { createHash } from "node:crypto";
import { Client } from "@millrace/client";
import { nodePlatform } from "@millrace/platform/node";
import { RecordCursor } from "@millrace/protocol";

export interface FinalValues {
  readonly records: number;
  readonly keys: number;
  /** Of all keys with their last values, in the order of the keys' bytes. */
  readonly hash: string;
}

/** Reads a topic from beginning to end and keeps the last value of every key. */
export async function finalValues(bootstrap: string, topic: string): Promise<FinalValues> {
  const client = Client.open({ clientId: "bench-check", brokers: [bootstrap] }, nodePlatform());
  const metadata = await client.metadata.topic(topic);
  const partitions = metadata.partitions.map((_, partition) => ({ topic, partition }));
  const ends = await client.admin.listOffsets(partitions, "latest");
  const fetcher = client.fetcher();
  const left = new Map<number, number>();
  for (const { partition, offset } of ends) {
    if (offset === null || offset === 0) continue;
    left.set(partition, offset);
    fetcher.assign(topic, partition, 0);
  }
  const last = new Map<string, string>();
  const cursor = new RecordCursor();
  let records = 0;
  while (left.size > 0) {
    const fetched = fetcher.take();
    if (fetched === null) {
      await fetcher.whenData();
      continue;
    }
    if (fetched.error !== null) throw fetched.error;
    for (let at = cursor.open(fetched.buffer, 0); at !== -1; at = cursor.open(fetched.buffer, at)) {
      while (cursor.next()) {
        records += 1;
        const key = cursor.keyEnd === -1 ? "null" : cursor.buffer.toString("latin1", cursor.keyStart, cursor.keyEnd);
        last.set(key, cursor.valueEnd === -1 ? "null" : cursor.buffer.toString("latin1", cursor.valueStart, cursor.valueEnd));
      }
    }
    if (fetched.nextOffset >= (left.get(fetched.partition) ?? 0)) left.delete(fetched.partition);
  }
  await client.close();
  const hash = createHash("sha256");
  for (const key of [...last.keys()].sort()) hash.update(`${key}\0${last.get(key) ?? ""}\0`, "latin1");
  return { records, keys: last.size, hash: hash.digest("hex").slice(0, 16) };
}
