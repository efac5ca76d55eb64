import type { Break } from "../break.ts";

export default {
  name: "poison-pill",
  what: "a record that is no JSON ends README's program with code 1 and a sentence, and a restart goes on at the same place",
  pending: null,
  files: {
    "main.ts": `
import { json, KafkaStreams, StreamsBuilder, string } from "millrace";

const builder = new StreamsBuilder();
builder.stream("$NAME-in", { key: string, value: json<{ n: number }>() }).mapValues((value) => ({ n: value.n + 1 })).to("$NAME-out");
const streams = new KafkaStreams(builder.build(), { applicationId: "$NAME", brokers: [process.env["BROKERS"] ?? ""] });
await streams.run();
`,
  },
  async play(scene) {
    await scene.topics("in", "out");
    await scene.send("in", { key: "k", value: '{"n":1}' }, { key: "k", value: "no JSON" });
    for (const attempt of ["first", "second"]) {
      const program = scene.start();
      await scene.expectEnd(program, 1);
      scene.expectStderr(
        program,
        /DeserializationError|cannot be read|could not be (read|deserialized)/i,
        /poison-pill-in/,
        /offset 1\b/,
      );
      scene.expectEqual(await scene.read("out", 1), ['k={"n":2}'], `what the ${attempt} run wrote`);
    }
  },
} satisfies Break;
