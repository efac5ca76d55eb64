import { SimulatedCluster } from "@millrace/testkit/cluster";
import { json, KafkaStreams, StreamsBuilder, string, type StreamsConfig } from "millrace";

/** What an application writes to stderr that meets a record of which only the beginning is there. */
async function told(config: Partial<StreamsConfig>): Promise<string> {
  const builder = new StreamsBuilder();
  builder
    .stream("orders", { key: string, value: json<{ cents: number }>() })
    .mapValues(({ cents }) => cents, { name: "cents" })
    .to("amounts");
  const cluster = new SimulatedCluster({ seed: "told", broker: { dataDirectory: null } });
  let written = "";
  await cluster.run(async () => {
    await cluster.broker.start();
    await cluster.user.createTopics(["orders", "amounts"], 1);
    await using producer = cluster.user.producer();
    const orders = await producer.topic("orders");
    for (const text of ['{"cents":1}', '{"cents":', '{"cents":3}']) orders.append(0, NaN, "ann", string, text, string, []);
    await producer.flush();
    const process = {
      writeError: (text: string) => {
        written += text;
      },
      showsColors: false,
      onSignal: () => () => undefined,
      exit: () => undefined,
      onUncaught: () => undefined,
    };
    const settings = { applicationId: "amounts", brokers: [cluster.broker.address], ...config };
    const platform = cluster.simulation.platform("application");
    const streams = new KafkaStreams(builder.build(), { ...settings, defaultDslStore: "inMemory" }, { platform, process });
    await streams.start();
    await cluster.when(() => streams.state === "error" || streams.metrics().recordsProcessed === 2);
    await streams.close();
  });
  // Without the times that begin the lines.
  return written.replaceAll(/^\d{4}-\S+ \S+Z /gm, "");
}

export const stopped = (): Promise<string> => told({});
export const skipped = (): Promise<string> => told({ deserializationErrors: "continue" });
