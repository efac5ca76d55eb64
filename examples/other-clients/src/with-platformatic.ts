// #region platformatic
import { Consumer, MessagesStreamModes, Producer, stringDeserializers, stringSerializers } from "@platformatic/kafka";

/** Writes visits of pages. Its partitioner is Java's and Millrace's: equal keys meet in one partition. */
export async function sendVisits(brokers: string[], pages: readonly string[]): Promise<void> {
  const producer = new Producer({ clientId: "shop", bootstrapBrokers: brokers, serializers: stringSerializers });
  await producer.send({ messages: pages.map((page) => ({ topic: "visits", key: page, value: "visited" })) });
  await producer.close();
}

/** Reads the counts from the beginning, until `enough` says so. */
export async function readCounts(brokers: string[], enough: (counts: ReadonlyMap<string, number>) => boolean): Promise<void> {
  const consumer = new Consumer({
    clientId: "dashboard",
    groupId: "dashboard-platformatic",
    bootstrapBrokers: brokers,
    deserializers: stringDeserializers,
  });
  const counts = new Map<string, number>();
  const stream = await consumer.consume({ topics: ["visit-counts"], mode: MessagesStreamModes.EARLIEST, autocommit: true });
  for await (const { key, value } of stream) {
    counts.set(key, Number(value));
    if (enough(counts)) break;
  }
  await consumer.close(true);
}
// #endregion
