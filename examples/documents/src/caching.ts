import { SimulatedCluster } from "@millrace/testkit/cluster";
import { int64, StreamsBuilder, string, type Topology } from "millrace";

function clicksPerUser(caching: boolean): Topology {
  const builder = new StreamsBuilder();
  builder
    .stream("clicks", { key: string, value: string })
    .groupByKey()
    .count({ as: "clicks-per-user", caching })
    .toStream()
    .to("counts", { key: string, value: int64 });
  return builder.build();
}

/** What an application writes that gets three clicks between two commits. */
async function written(caching: boolean): Promise<string> {
  const cluster = new SimulatedCluster({ seed: "caching", broker: { dataDirectory: null } });
  const records = await cluster.run(async () => {
    await cluster.broker.start();
    await cluster.user.createTopics(["clicks", "counts"], 1);
    const application = cluster.application("application", clicksPerUser(caching), { applicationId: "clicks" });
    await application.start();
    await using producer = cluster.user.producer();
    const clicks = await producer.topic("clicks");
    for (const page of ["/home", "/shoes", "/hats"]) clicks.append(0, NaN, "ann", string, page, string, []);
    await cluster.when(() => application.commits === 1);
    return cluster.user.read("counts", string, int64);
  });
  return records.map(({ key, value }) => `${String(key)} = ${String(value)}`).join(", ");
}

export async function caching(): Promise<string> {
  return `three clicks of ann, one commit\n  caching: true    ${await written(true)}\n  caching: false   ${await written(false)}`;
}
