import { application, type Break } from "../break.ts";

export default {
  name: "throwing-log",
  what: "a log function and a listener that throw stop nothing, and are told",
  pending: null,
  files: {
    "main.ts": application(
      "string",
      'builder.stream("$NAME-in", { key: string, value: string }).to("$NAME-out");',
      `log: (level) => {
    throw new RangeError("the log failed on " + level);
  },`,
    ).replace(
      "await streams.run()",
      'streams.onStateChange(() => {\n  throw new RangeError("the listener failed");\n});\nawait streams.run()',
    ),
  },
  async play(scene) {
    await scene.topics("in", "out");
    const program = scene.start();
    await program.says(/^running$/m);
    await scene.send("in", { key: "k", value: "v" });
    scene.expectEqual(await scene.read("out", 1), ["k=v"], "what was written");
    program.signal("SIGINT");
    await scene.expectEnd(program, 0);
    scene.expectStderr(program, /the log failed on/);
  },
} satisfies Break;
