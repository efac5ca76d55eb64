import type { Scene } from "./scene.ts";

/** One way in which a newcomer's program goes wrong, and what must be said then. A file each in `breaks/`, listed in `breaks.ts`. */
export interface Break {
  /** Short, unique, kebab-case: `--only` takes it, and its topics begin with it. */
  readonly name: string;
  /** What goes wrong, as a sentence without its end. */
  readonly what: string;
  /** Why it cannot hold yet; it is then tried all the same, and shown as pending until it holds. Null: it must hold. */
  readonly pending: string | null;
  /**
   * The files of the program by name; `main.ts` or `main.js` is what is started. `$NAME` stands for the break's name. TypeScript is
   * type-checked, JavaScript is not.
   */
  readonly files: Readonly<Record<string, string>>;
  /** What the compiler says of the files, one pattern per error at least. Default: nothing, they compile. */
  readonly compiler?: readonly RegExp[];
  /** Plays the newcomer and the cluster. Absent: only the compiler is asked. */
  readonly play?: (scene: Scene) => Promise<void>;
}

/** The text of a `main.ts` as README shows one: a topology in one builder, run by `run()`. `config` is more of the settings. */
export function application(imports: string, topology: string, config = ""): string {
  return `
import { KafkaStreams, StreamsBuilder${imports === "" ? "" : `, ${imports}`} } from "millrace";

const builder = new StreamsBuilder();
${topology.trim()}
const streams = new KafkaStreams(builder.build(), {
  applicationId: "$NAME",
  brokers: [process.env["BROKERS"] ?? ""],
  stateDirectory: process.env["STATE_DIRECTORY"] ?? "",
  commitIntervalMs: 100,
  ${config}
});
streams.onStateChange((state) => process.stdout.write(state + "\\n"));
await streams.run();
`;
}
