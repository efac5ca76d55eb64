import { Kafka, Partitioners } from "kafkajs";

const brokers = (process.env.BROKERS ?? "localhost:9092").split(",");
const kafka = new Kafka({ brokers });

const consumer = kafka.consumer({ groupId: "order-totals-terminal" });
await consumer.connect();
await consumer.subscribe({ topic: "order-totals", fromBeginning: true });
await consumer.run({
  eachMessage: async ({ message: { key, value } }) => {
    process.stdout.write(`${String(key)} ordered ${JSON.parse(String(value)).cents} cents this hour\n`);
  },
});

const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
await producer.connect();
const orders = [
  { customer: "ada", cents: 500 },
  { customer: "bob", cents: 900 },
  { customer: "ada", cents: 250 },
];
await producer.send({ topic: "orders", messages: orders.map((order) => ({ value: JSON.stringify(order) })) });
await producer.disconnect();

process.once("SIGINT", () => void consumer.disconnect());
