import type { Admin } from "kafkajs";

/**
 * Creates topics and waits until every partition's leader answers for it. Until then a producer of kafkajs would send again what
 * another partition has already taken.
 */
export async function createTopics(admin: Admin, names: readonly string[], numPartitions: number): Promise<void> {
  await admin.createTopics({ topics: names.map((topic) => ({ topic, numPartitions })), waitForLeaders: false });
  for (const name of names) {
    for (let found = false; !found;) {
      found = await admin.fetchTopicOffsets(name).then(
        (partitions) => partitions.length === numPartitions,
        () => false,
      );
    }
  }
}
