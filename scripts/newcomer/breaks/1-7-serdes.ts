import { application, type Break } from "../break.ts";

const toJson = (value: string): string =>
  application(
    "json, string",
    `builder.stream("$NAME-in", { key: string, value: string }).mapValues(() => ${value}).to("$NAME-out", { key: string, value: json() });`,
  );

export default [
  ...Object.entries({
    buffer: "Buffer.from([1])",
    map: "new Map()",
    "not-a-number": "({ deep: Number.NaN })",
    bigint: "10n",
  }).map(([kind, value]): Break => ({
    name: `json-${kind}`,
    what: `JSON of ${value} is refused with the operator's name and the sink's topic, and nothing is written`,
    pending: null,
    files: { "main.js": toJson(value) },
    async play(scene) {
      await scene.topics("in", "out");
      await scene.send("in", { key: "k", value: "v" });
      const program = scene.start();
      await scene.expectFailure(program, /STREAMS_SERIALIZATION/, /JSON/i, new RegExp(`json-${kind}-out`));
      scene.expectEqual(await scene.count("out"), 0, "the number of records written");
    },
  })),
  {
    name: "size-max",
    what: "a serde whose sizeMax is too small is refused, and truncates nothing",
    pending: null,
    files: {
      "main.ts": application(
        "defineSerde, string",
        `const tight = defineSerde<string>({
  name: "tight",
  identity: "value",
  read: (from, start, end) => from.toString("utf8", start, end),
  sizeMax: () => 1,
  write: (to, at, value) => at + to.write(value, at, "utf8"),
});
builder.stream("$NAME-in", { key: string, value: string }).to("$NAME-out", { key: string, value: tight });`,
      ),
    },
    async play(scene) {
      await scene.topics("in", "out");
      await scene.send("in", { key: "k", value: "far longer than one byte, ".repeat(4_000) });
      const program = scene.start();
      const code = await program.ended();
      if (code === 0) scene.fail("the program ended with 0");
      scene.expectStderr(program, /sizeMax/, /tight/);
      scene.expectEqual(await scene.count("out"), 0, "the number of records written");
    },
  },
] satisfies Break[];
