// #region kafkajs
import { Kafka, logLevel, Partitioners } from "kafkajs";

/** Writes visits of pages. The default partitioner is the one that Java and Millrace have: equal keys meet in one partition. */
export async function sendVisits(brokers: string[], pages: readonly string[]): Promise<void> {
  const kafka = new Kafka({ clientId: "shop", brokers, logLevel: logLevel.ERROR });
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  await producer.send({ topic: "visits", messages: pages.map((page) => ({ key: page, value: "visited" })) });
  await producer.disconnect();
}

/** Reads the counts from the beginning, until `enough` says so. */
export async function readCounts(brokers: string[], enough: (counts: ReadonlyMap<string, number>) => boolean): Promise<void> {
  const kafka = new Kafka({ clientId: "dashboard", brokers, logLevel: logLevel.ERROR });
  const consumer = kafka.consumer({ groupId: "dashboard-kafkajs" });
  const counts = new Map<string, number>();
  await consumer.connect();
  await consumer.subscribe({ topic: "visit-counts", fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    const eachMessage = ({ message }: { message: { key: Buffer | null; value: Buffer | null } }): Promise<void> => {
      counts.set(String(message.key), Number(message.value));
      if (enough(counts)) resolve();
      return Promise.resolve();
    };
    consumer.run({ eachMessage }).catch(reject);
  });
  await consumer.disconnect();
}
// #endregion
