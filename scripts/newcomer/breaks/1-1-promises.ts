import { application, type Break } from "../break.ts";

/** One line each, so that the compiler's errors can be told apart. */
const operators: Readonly<Record<string, string>> = {
  mapValues: 'orders.mapValues(async (value) => value).to("$NAME-out");',
  map: 'orders.map(async (value, key) => ({ key, value })).to("$NAME-out");',
  filter: 'orders.filter(async () => true).to("$NAME-out");',
  filterNot: 'orders.filterNot(async () => true).to("$NAME-out");',
  flatMapValues: 'orders.flatMapValues(async (value) => [value]).to("$NAME-out");',
  flatMap: 'orders.flatMap(async (value, key) => [{ key, value }]).to("$NAME-out");',
  selectKey: 'orders.selectKey(async (value) => value).to("$NAME-out");',
  peek: 'orders.peek(async () => {}).to("$NAME-out");',
  foreach: "orders.foreach(async () => {});",
  groupBy: "orders.groupBy(async (value) => value).count();",
  reduce: "orders.groupByKey().reduce(async (sum) => sum);",
  initializer: "orders.groupByKey().aggregate(async () => 0, (sum) => sum);",
  aggregator: "orders.groupByKey().aggregate(() => 0, async (sum) => sum);",
  "windowed aggregator":
    'orders.groupByKey().windowedBy(TimeWindows.of({ size: "1m", grace: "0s" })).aggregate(() => 0, async (sum) => sum);',
  joiner: "orders.join(prices, async (order, price) => order + price);",
  "left joiner": "orders.leftJoin(prices, async (order, price) => order + String(price));",
  "table filter": "prices.filter(async () => true);",
  "table mapValues": "prices.mapValues(async (value) => value);",
  "topic of a record": 'orders.to(async () => "$NAME-out");',
};
const head = `
import { StreamsBuilder, string, TimeWindows } from "millrace";

const builder = new StreamsBuilder();
const orders = builder.stream("$NAME-in", { key: string, value: string });
const prices = builder.table("$NAME-prices", { key: string, value: string });
`.trim();
const firstLine = head.split("\n").length + 1;

export default [
  {
    name: "promise-types",
    what: "an asynchronous callback does not compile, in any operator",
    pending: null,
    files: { "main.ts": `${head}\n${Object.values(operators).join("\n")}\n` },
    compiler: Object.keys(operators).map(
      (_name, index) => new RegExp(`main\\.ts\\(${String(firstLine + index)},[\\s\\S]*callbacks are synchronous`),
    ),
  },
  {
    name: "promise-value",
    what: "an asynchronous mapper in plain JavaScript ends the program, and writes nothing",
    pending: null,
    files: {
      "main.js": application(
        "string",
        'builder.stream("$NAME-in", { key: string, value: string }).mapValues(async (value) => value).to("$NAME-out");',
      ),
    },
    async play(scene) {
      await scene.topics("in", "out");
      await scene.send("in", { key: "k", value: "v" });
      const program = scene.start();
      await scene.expectFailure(
        program,
        /STREAMS_ASYNC_CALLBACK/,
        /callbacks are synchronous/i,
        /mapValues/,
        /KSTREAM-MAPVALUES-\d+/,
      );
      scene.expectEqual(await scene.count("out"), 0, "the number of records written");
    },
  },
  {
    name: "promise-peek",
    what: "a promise of peek that is rejected is the record's processing error, and goes past no handler",
    pending: null,
    files: {
      "main.js": application(
        "string",
        `builder
  .stream("$NAME-in", { key: string, value: string })
  .peek(async (value) => {
    if (value === "bad") throw new RangeError("rejected later");
  })
  .to("$NAME-out");`,
        'processingErrors: "continue",',
      ),
    },
    async play(scene) {
      await scene.topics("in", "out");
      await scene.send("in", { key: "k", value: "bad" });
      const program = scene.start();
      await program.says(/STREAMS_ASYNC_CALLBACK|callbacks are synchronous/i);
      program.signal("SIGTERM");
      await scene.expectEnd(program, 0);
      scene.expectStderr(program, /peek/, /promise-peek-in/);
    },
  },
] satisfies Break[];
