import { application, type Break } from "../break.ts";

export default {
  name: "tombstones",
  what: "a null value deletes from a table and goes through a stream, as its types say",
  pending: null,
  files: {
    "main.ts": application(
      "json, string",
      `const users = builder.table("$NAME-in", { key: string, value: json<{ name: string }>() });
users
  .toStream()
  .mapValues((user) => ({ name: user === null ? "deleted" : user.name }))
  .to("$NAME-out", { key: string, value: json<{ name: string }>() });`,
    ),
  },
  async play(scene) {
    await scene.topics("in", "out");
    const program = scene.start();
    await program.says(/^running$/m);
    await scene.send("in", { key: "a", value: '{"name":"ada"}' });
    scene.expectEqual(await scene.read("out", 1), ['a={"name":"ada"}'], "the first record written");
    await scene.send("in", { key: "a", value: null });
    scene.expectEqual(await scene.read("out", 2), ['a={"name":"ada"}', 'a={"name":"deleted"}'], "what was written");
    program.signal("SIGINT");
    await scene.expectEnd(program, 0);
  },
} satisfies Break;
