/** What README shows of a program, over `in-ID` and `out-ID`: `ID=… BROKERS=… node copy-program.ts`. */
import { json, KafkaStreams, StreamsBuilder, string } from "millrace";

const { ID: id = "", BROKERS: brokers = "" } = process.env;
const builder = new StreamsBuilder();
builder
  .stream(`in-${id}`, { key: string, value: json<{ n: number }>() })
  .mapValues((value) => ({ n: value.n + 1 }))
  .to(`out-${id}`);
const streams = new KafkaStreams(builder.build(), { applicationId: id, brokers: brokers.split(","), taskTimeoutMs: 5_000 });
streams.onStateChange((state) => process.stdout.write(`${state}\n`));
await streams.run();
