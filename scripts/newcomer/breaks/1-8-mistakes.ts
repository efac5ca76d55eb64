import { application, type Break } from "../break.ts";

/** A program in plain JavaScript that is refused before it runs. */
function mistake(name: string, what: string, main: string, ...says: RegExp[]): Break {
  return {
    name,
    what,
    pending: null,
    files: { "main.js": main },
    async play(scene) {
      const program = scene.start();
      await scene.expectEnd(program, 1);
      scene.expectStderr(program, ...says);
    },
  };
}

const copy = 'builder.stream("$NAME-in", { key: string, value: string }).to("$NAME-out");';

export default [
  mistake(
    "two-builders",
    "streams of two builders do not merge",
    application("string", 'builder.stream("a").merge(new StreamsBuilder().stream("b")).to("$NAME-out");'),
    /BuildersMixedError/,
    /same builder/,
  ),
  mistake(
    "two-builders-join",
    "a stream does not join the table of another builder",
    application("string", 'builder.stream("a").join(new StreamsBuilder().table("b"), (a, b) => a + b).to("$NAME-out");'),
    /BuildersMixedError/,
    /same builder/,
  ),
  mistake(
    "unknown-setting",
    "a setting that does not exist is refused, with the nearest one",
    application("string", copy, "commitIntervallMs: 5,"),
    /commitIntervallMs/,
    /commitIntervalMs/,
  ),
  mistake(
    "unknown-option",
    "an option of an operator that does not exist is refused, with the nearest one",
    application("string", 'builder.stream("$NAME-in", { kee: string }).to("$NAME-out");'),
    /`kee`/,
    /did you mean `key`/,
  ),
  mistake(
    "no-serde",
    "something that is no serde is refused where it is given",
    application("string", 'builder.stream("$NAME-in", { key: string, value: JSON }).to("$NAME-out");'),
    /serde/i,
    /value/,
  ),
  mistake(
    "no-function",
    "something that is no function is refused where it is given",
    application("string", 'builder.stream("$NAME-in").mapValues("upper").to("$NAME-out");'),
    /mapValues/,
    /function/,
  ),
] satisfies Break[];
