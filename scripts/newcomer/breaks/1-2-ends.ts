import { application, type Break } from "../break.ts";

const counting = 'builder.stream("$NAME-in", { key: string, value: string }).to("$NAME-out");';

export default [
  {
    name: "poison-pill",
    what: "a record that is no JSON ends README's program with code 1 and a sentence, also after a restart",
    pending: null,
    files: {
      "main.ts": application(
        "json, string",
        `builder
  .stream("$NAME-in", { key: string, value: json<{ n: number }>() })
  .filter((value) => value !== null)
  .to("$NAME-out");`,
      ),
    },
    async play(scene) {
      await scene.topics("in", "out");
      await scene.send("in", { key: "k", value: '{"n":1}' }, { key: "k", value: "no JSON" });
      for (let attempt = 0; attempt < 2; attempt += 1) {
        const program = scene.start();
        await scene.expectFailure(program, /STREAMS_DESERIALIZATION/, /poison-pill-in/, /offset 1\b/, /JSON/);
      }
    },
  },
  {
    name: "ctrl-c",
    what: "Ctrl-C and SIGTERM end the program with code 0, and leave no member behind for the next start to wait for",
    pending: null,
    files: { "main.ts": application("string", counting) },
    async play(scene) {
      await scene.topics("in", "out");
      for (const signal of ["SIGINT", "SIGTERM"] as const) {
        const program = scene.start();
        await program.says(/^running$/m);
        program.signal(signal);
        await scene.expectEnd(program, 0);
        scene.expectEqual(await scene.members(), 0, `the number of members after ${signal}`);
        scene.expectEqual(program.stderr, "", "what is said on stderr");
      }
    },
  },
  {
    name: "member-left-behind",
    what: "a start that waits for a member that was killed says how long, and what bounds it",
    pending: null,
    files: { "main.ts": application("string", counting, "sessionTimeoutMs: 6_000,\n  heartbeatIntervalMs: 1_000,") },
    async play(scene) {
      await scene.topics("in", "out");
      const killed = scene.start();
      await killed.says(/^running$/m);
      await killed.kill();
      const program = scene.start();
      await program.says(/^running$/m);
      scene.expectStderr(program, /wait/i, /session/i, /6[,_]?000|6 s/);
      program.signal("SIGINT");
      await scene.expectEnd(program, 0);
    },
  },
] satisfies Break[];
