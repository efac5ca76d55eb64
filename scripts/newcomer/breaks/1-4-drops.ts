import { application, type Break } from "../break.ts";

export default {
  name: "drops",
  what: "records that are skipped are told with their place, node, reason and cause, and the rest is processed",
  pending: null,
  files: {
    "main.ts": application(
      "json, string, TimeWindows",
      `builder
  .stream("$NAME-in", { key: string, value: json<{ n: number }>() })
  .groupByKey()
  .windowedBy(TimeWindows.of({ size: "1m", grace: "0s" }))
  .count()
  .toStream()
  .map((count, window) => ({ key: window.key, value: { count } }))
  .to("$NAME-out", { key: string, value: json() });`,
      'deserializationErrors: "continue",',
    ),
  },
  async play(scene) {
    await scene.topics("in", "out");
    const value = '{"n":1}';
    await scene.send(
      "in",
      { key: "a", value, timestamp: "600000" },
      { key: "a", value: "no JSON", timestamp: "600000" },
      { key: null, value, timestamp: "600000" },
      { key: "late", value, timestamp: "1000" },
      { key: "b", value, timestamp: "600001" },
    );
    const program = scene.start();
    scene.expectEqual(await scene.read("out", 2), ['a={"count":1}', 'b={"count":1}'], "what was written");
    program.signal("SIGINT");
    await scene.expectEnd(program, 0);
    scene.expectStderr(
      program,
      /drops-in/,
      /JSON/,
      /null.key/i,
      /late|expired|window/i,
      /offset\W+1\b/,
      /offset\W+2\b/,
      /offset\W+3\b/,
      /KSTREAM-\w+-\d+/,
    );
  },
} satisfies Break;
