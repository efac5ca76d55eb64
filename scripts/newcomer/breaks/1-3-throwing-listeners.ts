import { application, type Break } from "../break.ts";

/** The lines, put before the last one of `main.ts`. */
function before(run: string, lines: string): string {
  return run.replace("await streams.run();", `${lines.trim()}\nawait streams.run();`);
}

/** An application that passes values on, with an error handler that is of no use. */
function withHandler(config: string): string {
  const topology = `builder
  .stream("$NAME-in", { key: string, value: json() })
  .to("$NAME-out", { key: string, value: json() });`;
  return application("json, string", topology, config);
}

/** The application ends with the handler's name, the record's place and these words. */
function useless(name: string, what: string, config: string, files: "main.ts" | "main.js", ...words: RegExp[]): Break {
  return {
    name,
    what,
    pending: null,
    files: { [files]: withHandler(config) },
    async play(scene) {
      await scene.topics("in", "out");
      await scene.send("in", { key: "k", value: '{"n":1}' }, { key: "k", value: "no JSON" });
      const program = scene.start();
      const place = [new RegExp(`${name}-in`), /offset 1\b/, /KSTREAM-SOURCE-\d+/];
      await scene.expectFailure(program, /STREAMS_ERROR_HANDLER_FAILED/, /deserialization error handler/, ...place, ...words);
    },
  };
}

export default [
  {
    name: "throwing-listeners",
    what: "listeners of states and of restored stores that throw or reject stop nothing, and are told",
    pending: null,
    files: {
      "main.ts": before(
        application(
          "string",
          'builder.stream("$NAME-in", { key: string, value: string }).groupByKey().count().toStream().mapValues(String).to("$NAME-out", { value: string });',
        ),
        `
streams.onStateChange((state) => {
  throw new RangeError("thrown at state " + state);
});
streams.onStateChange(async (state) => {
  await Promise.resolve();
  throw new RangeError("rejected at state " + state);
});
streams.onRestore(({ kind }) => {
  throw new RangeError("thrown at restore " + kind);
});
streams.onRestore(async ({ kind }) => {
  await Promise.resolve();
  throw new RangeError("rejected at restore " + kind);
});`,
      ),
    },
    async play(scene) {
      await scene.topics("in", "out");
      const first = scene.start();
      await scene.send("in", { key: "k", value: "v" });
      await scene.read("out", 1);
      first.signal("SIGINT");
      await scene.expectEnd(first, 0);
      // Without the first one's state, its store is restored from the changelog.
      const second = scene.start({ environment: { STATE_DIRECTORY: scene.folder("empty") } });
      await scene.send("in", { key: "k", value: "v" });
      scene.expectEqual(await scene.read("out", 2), ["k=1", "k=2"], "what was written");
      second.signal("SIGINT");
      await scene.expectEnd(second, 0);
      for (const how of ["thrown", "rejected"]) {
        scene.expectStderr(second, new RegExp(`${how} at state running`), new RegExp(`${how} at restore end`));
      }
    },
  },
  useless(
    "throwing-handler",
    "an error handler that throws ends the application with its name, the record's place and what it threw",
    'deserializationErrors: () => {\n    throw new RangeError("the handler failed");\n  },',
    "main.ts",
    /the handler failed/,
  ),
  useless(
    "rejecting-handler",
    "an error handler that returns a promise ends the application, which says that handlers are synchronous",
    'deserializationErrors: async () => {\n    throw new RangeError("rejected");\n  },',
    "main.js",
    /handlers are synchronous/,
  ),
] satisfies Break[];
