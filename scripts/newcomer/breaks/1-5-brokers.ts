import { application, type Break } from "../break.ts";

const copy = 'builder.stream("$NAME-in", { key: string, value: string }).to("$NAME-out");';

const large = `builder
  .stream("$NAME-in", { key: string, value: string })
  .mapValues((value) => value.repeat(3_000))
  .to("$NAME-out", { key: string, value: string });`;

export default [
  {
    name: "wrong-brokers",
    what: "brokers that do not answer are told at once, and the start ends when the task timeout is over",
    pending: null,
    files: { "main.ts": application("string", copy, "taskTimeoutMs: 6_000,") },
    async play(scene) {
      const program = scene.start({ environment: { BROKERS: "127.0.0.1:1" } });
      await program.says(/127\.0\.0\.1:1/);
      if (program.code !== null) scene.fail("nothing was said before the end");
      await scene.expectFailure(program, /127\.0\.0\.1:1/, /taskTimeoutMs|6[,_]?000|6 s/);
    },
  },
  {
    name: "missing-topic",
    what: "a source topic that does not exist is named",
    pending: null,
    files: { "main.ts": application("string", copy) },
    async play(scene) {
      const program = scene.start();
      await scene.expectFailure(program, /STREAMS_MISSING_SOURCE_TOPIC/, /missing-topic-in/);
    },
  },
  {
    name: "deleted-sink",
    what: "a sink topic that is deleted while the program runs is told at once, by its name",
    pending: null,
    files: {
      "main.ts": application("string", copy, "producer: { deliveryTimeoutMs: 5_000 }, connection: { requestTimeoutMs: 4_000 },"),
    },
    async play(scene) {
      await scene.topics("in", "out");
      const program = scene.start();
      await program.says(/^running$/m);
      await scene.send("in", { key: "k", value: "1" });
      await scene.read("out", 1);
      await scene.deleteTopic("out");
      await scene.send("in", { key: "k", value: "2" });
      await program.says(/deleted-sink-out/);
      await scene.expectFailure(program);
    },
  },
  {
    name: "large-record",
    what: "a record of 3 MB is refused with the setting that takes it",
    pending: null,
    files: { "main.ts": application("string", large) },
    async play(scene) {
      await scene.topics("in", "out");
      await scene.send("in", { key: "k", value: "x".repeat(1_000) });
      const program = scene.start();
      await scene.expectFailure(program, /maxRequestSize/, /large-record-out/);
    },
  },
  {
    name: "large-record-allowed",
    what: "a record of 3 MB is written with the setting that the error names",
    pending: null,
    files: {
      "main.ts": application("string", large, "producer: { maxRequestSize: 4_000_000 },"),
    },
    async play(scene) {
      await scene.topics("in");
      await scene.topicWith("out", { "max.message.bytes": "4000000" });
      await scene.send("in", { key: "k", value: "x".repeat(1_000) });
      const program = scene.start();
      const [written = ""] = await scene.read("out", 1);
      scene.expectEqual(written.length, 3_000_002, "the length of what was written");
      program.signal("SIGINT");
      await scene.expectEnd(program, 0);
    },
  },
  {
    name: "tls-to-plaintext",
    what: "TLS to a port that speaks none is told as that",
    pending: null,
    files: { "main.ts": application("string", copy, "ssl: true,") },
    async play(scene) {
      const program = scene.start();
      await scene.expectFailure(program, /CLIENT_LISTENER_MISMATCH/, /WARN .*a listener without TLS/, /leave "ssl" out/);
    },
  },
] satisfies Break[];
