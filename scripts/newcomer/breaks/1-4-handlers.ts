import { application, type Break } from "../break.ts";

const note = (which: string): string =>
  `(error, { nodeName, topic, offset }) => {
    const what = error instanceof Error;
    process.stdout.write(["${which}", topic, offset, nodeName, what].join(" ") + "\\n");
    return "continue";
  }`;

export default {
  name: "handlers",
  what: "functions as error handlers get the error and the record's place, and what they skip is counted by node and reason",
  pending: null,
  files: {
    "main.ts": `${application(
      "json, string",
      `builder
  .stream("$NAME-in", { key: string, value: json<{ n: number }>() })
  .mapValues(
    (value) => {
      if (value.n === 0) throw new RangeError("zero");
      return { n: value.n < 0 ? Number.NaN : value.n };
    },
    { name: "refuses-zero" },
  )
  .to("$NAME-out", { key: string, value: json() });`,
      `deserializationErrors: ${note("deserialization")},
  processingErrors: ${note("processing")},
  serializationErrors: ${note("serialization")},`,
    ).trimEnd()}
process.stdout.write(JSON.stringify(streams.metrics().drops) + "\\n");
`,
  },
  async play(scene) {
    await scene.topics("in", "out");
    const values = ['{"n":1}', "no JSON", '{"n":0}', '{"n":-1}', "no JSON either", '{"n":2}'];
    await scene.send("in", ...values.map((value) => ({ key: "k", value })));
    const program = scene.start();
    scene.expectEqual(await scene.read("out", 2), ['k={"n":1}', 'k={"n":2}'], "what was written");
    program.signal("SIGTERM");
    await scene.expectEnd(program, 0);
    const source = "KSTREAM-SOURCE-0000000000";
    const sink = /KSTREAM-SINK-\d+/.exec(program.stdout)?.[0] ?? "the sink";
    const told = program.stdout.split("\n").filter((line) => / handlers-in \d+ /.test(line));
    const expected = [
      `deserialization handlers-in 1 ${source} true`,
      "processing handlers-in 2 refuses-zero true",
      `serialization handlers-in 3 ${sink} true`,
      `deserialization handlers-in 4 ${source} true`,
    ];
    // Sorted: records are read ahead, so that the second one that cannot be read comes before the third one is written.
    scene.expectEqual(told.toSorted(), expected.toSorted(), "what the handlers were given");
    const [, drops = "[]"] = /^(\[.*\])$/m.exec(program.stdout) ?? [];
    const counts = (JSON.parse(drops) as { nodeName: string; reason: string; count: number }[])
      .map(({ nodeName, reason, count }) => `${nodeName}, ${reason}: ${String(count)}`)
      .toSorted();
    const counted = [`${sink}, serialization: 1`, `${source}, deserialization: 2`, "refuses-zero, processing: 1"];
    scene.expectEqual(counts, counted, "what was counted");
    for (const offset of [1, 2, 3, 4]) scene.expectStderr(program, new RegExp(`offset\\W+${String(offset)}\\b`));
  },
} satisfies Break;
