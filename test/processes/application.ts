/**
 * An example in a process of its own: `application.ts NAME SETTINGS`, these in JSON. Its topics' names end in the
 * application id. Tells of its life in lines of JSON, one whenever something has changed; SIGTERM closes it.
 */
import { inspect } from "node:util";
import { KafkaStreams, type StreamsConfig, type Topology } from "millrace";
import { cardAuthWindow } from "../../examples/card-auth-window/src/topology.ts";
import { wordCount } from "../../examples/wordcount/src/topology.ts";
import type { Report } from "./application-process.ts";

const [name, json = ""] = process.argv.slice(2);
const settings = JSON.parse(json) as StreamsConfig;
const id = settings.applicationId;

/** A topology is data: this one is the example's with other topics. */
function withOwnTopics({ nodes, ...rest }: Topology): Topology {
  const ofThis = (topic: string): string => `${topic}-${id}`;
  return {
    ...rest,
    nodes: nodes.map((node) => {
      if (node.kind === "source") return { ...node, topics: node.topics.map(ofThis) };
      if (node.kind === "sink" && typeof node.topic === "string") return { ...node, topic: ofThis(node.topic) };
      return node;
    }),
  };
}

const topology = name === "wordcount" ? wordCount(`lines-${id}`, `word-counts-${id}`) : withOwnTopics(cardAuthWindow());
const streams = new KafkaStreams(topology, {
  ...settings,
  log(level, text, fields) {
    // The tests kill members, so that others wait for them.
    if (text.startsWith("joining group")) return;
    if (level === "warn" || level === "error") process.stderr.write(`${level}: ${text} ${inspect(fields)}\n`);
  },
});

let told = "";
function tell(): void {
  const { tasks, recordsProcessed, recordsRestored, commits } = streams.metrics();
  const report: Report = { state: streams.state, tasks, recordsProcessed, recordsRestored, commits };
  const line = JSON.stringify(report);
  if (line !== told) process.stdout.write(`${line}\n`);
  told = line;
}

streams.onStateChange(tell);
const timer = setInterval(tell, 5);
process.once("SIGTERM", () => {
  void streams.close().then(() => {
    clearInterval(timer);
    process.stdin.destroy();
    tell();
  });
});
// A test that is killed leaves nobody behind.
process.stdin.resume().once("end", () => process.exit(1));
await streams.start();
