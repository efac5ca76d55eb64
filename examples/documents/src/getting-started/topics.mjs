import { Kafka } from "kafkajs";

const brokers = (process.env.BROKERS ?? "localhost:9092").split(",");
const admin = new Kafka({ brokers }).admin();
await admin.connect();
await admin.createTopics({ topics: ["orders", "order-totals"].map((topic) => ({ topic, numPartitions: 4 })) });
await admin.disconnect();
