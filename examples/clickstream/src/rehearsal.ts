import { SimulatedCluster } from "@millrace/testkit/cluster";
import { json, string } from "millrace";
import { Leaders } from "./leaders.ts";
import type { Load } from "./sizing.ts";
import { clickstream, mostFrequent, pageViews, recommendations } from "./topology.ts";
import { ViewSource, type View } from "./views.ts";

export interface Plan {
  readonly brokers: number;
  readonly consumers: number;
  readonly partitions: number;
}

export interface Outcome extends Plan {
  /** Views that users made. */
  readonly viewsIn: number;
  /** Views that brokers had taken when the last one was made. */
  readonly viewsTaken: number;
  /** Views that consumers had processed then. */
  readonly viewsProcessed: number;
  /** Views made and not processed then. */
  readonly lag: number;
  /** Whether the views that wait are no more than users make in ten seconds. */
  readonly keepsUp: boolean;
  /** Records that the program wrote to its repartition topic and changelogs, per view. */
  readonly ownRecordsPerView: number;
  /** Pages whose recommendations are not those that the views give; null if it does not keep up. */
  readonly wrongPages: number | null;
}

const applicationId = "clickstream";
const stepsTopic = `${applicationId}-steps-repartition`;
const changelogs = ["last-steps", "next-pages"].map((store) => `${applicationId}-${store}-changelog`);
const lagSecondsMax = 10;

/**
 * Lets users make views at the load's rate for some minutes of virtual time, with brokers and consumers that take what the load
 * says, and tells whether the plan keeps up.
 */
export async function rehearse(load: Load, plan: Plan, minutes: number): Promise<Outcome> {
  const cluster = new SimulatedCluster({ seed: "clickstream", broker: { dataDirectory: null } });
  const rehearsal = new Rehearsal(cluster, load, plan);
  const limits = { virtualMsMax: (minutes + 60) * 60_000, eventsMax: Number.MAX_SAFE_INTEGER };
  return cluster.run(() => rehearsal.run(minutes * 60), limits);
}

class Rehearsal {
  readonly #cluster: SimulatedCluster;
  readonly #load: Load;
  readonly #plan: Plan;
  readonly #viewsPerSecond: number;
  readonly #made: View[] = [];
  #processed = 0;

  constructor(cluster: SimulatedCluster, load: Load, plan: Plan) {
    this.#cluster = cluster;
    this.#load = load;
    this.#plan = plan;
    this.#viewsPerSecond = load.views / load.hours / 3_600;
  }

  async run(seconds: number): Promise<Outcome> {
    const { user, broker } = this.#cluster;
    await broker.start();
    await user.createTopics([pageViews.name, recommendations.name], this.#plan.partitions);
    await this.#startConsumers();
    await using producer = user.producer();
    const { brokers, partitions } = this.#plan;
    const leaders = new Leaders(brokers, this.#load.brokerViewsPerHour, partitions, await producer.topic(pageViews.name));
    await this.#makeViews(leaders, seconds);

    const [viewsIn, viewsTaken, viewsProcessed] = [this.#made.length, leaders.taken, this.#processed];
    const lag = viewsIn - viewsProcessed;
    const keepsUp = lag <= this.#viewsPerSecond * lagSecondsMax;
    if (keepsUp) await this.#finish(leaders);
    return {
      ...this.#plan,
      viewsIn,
      viewsTaken,
      viewsProcessed,
      lag,
      keepsUp,
      ownRecordsPerView: (await this.#ownRecords()) / this.#processed,
      wrongPages: keepsUp ? await this.#wrongPages() : null,
    };
  }

  /** Each is an instance of the application on a host of its own, which a view keeps busy for its share of an hour. */
  async #startConsumers(): Promise<void> {
    const viewMs = 3_600_000 / this.#load.consumerViewsPerHour;
    const config = { applicationId, commitIntervalMs: 10_000, lingerMs: 1_000 };
    const consumers = Array.from({ length: this.#plan.consumers }, (_, index) => {
      const name = `consumer-${String(index)}`;
      const host = this.#cluster.simulation.host(name);
      const topology = clickstream(() => {
        host.work(viewMs);
        this.#processed += 1;
      });
      return this.#cluster.application(name, topology, config);
    });
    await Promise.all(consumers.map((consumer) => consumer.start()));
  }

  /** Users do not wait for brokers: views come at their rate, whatever became of those before. */
  async #makeViews(leaders: Leaders, seconds: number): Promise<void> {
    const source = new ViewSource(this.#cluster.simulation.random);
    for (let second = 1; second <= seconds; second += 1) {
      await this.#cluster.sleep(1_000);
      while (this.#made.length < Math.floor(this.#viewsPerSecond * second)) {
        const view = source.next();
        this.#made.push(view);
        leaders.offer(view);
      }
      leaders.takeForSecond();
    }
  }

  /** Until everything is processed and committed. */
  async #finish(leaders: Leaders): Promise<void> {
    while (leaders.taken < this.#made.length) {
      await this.#cluster.sleep(1_000);
      leaders.takeForSecond();
    }
    do await this.#cluster.sleep(1_000);
    while ((await this.#cluster.user.lag(applicationId, [pageViews.name, stepsTopic])) > 0);
  }

  async #ownRecords(): Promise<number> {
    const partitions = Array.from({ length: this.#plan.partitions }, (_, partition) => partition);
    const own = [stepsTopic, ...changelogs].flatMap((topic) => partitions.map((partition) => ({ topic, partition })));
    const ends = await this.#cluster.user.client.admin.listOffsets(own, "latest");
    return ends.reduce((sum, { offset }) => sum + (offset ?? 0), 0);
  }

  async #wrongPages(): Promise<number> {
    const expected = expectedRecommendations(this.#made);
    const found = new Map<string | null, string>();
    for (const { key, value } of await this.#cluster.user.read(recommendations.name, string, json()))
      found.set(key, JSON.stringify(value));
    const pages = new Set([...expected.keys(), ...found.keys()]);
    return [...pages].filter((page) => expected.get(page ?? "") !== found.get(page)).length;
  }
}

/** The recommendations of each page as JSON, from the views alone; of the topology only the order within a page is used. */
function expectedRecommendations(made: readonly View[]): Map<string | null, string> {
  const last = new Map<string, string>();
  const counts = new Map<string, Record<string, number>>();
  for (const { user, page } of made) {
    const from = last.get(user);
    last.set(user, page);
    if (from === undefined || from === page) continue;
    const next = counts.get(from) ?? {};
    next[page] = (next[page] ?? 0) + 1;
    counts.set(from, next);
  }
  return new Map([...counts].map(([page, next]) => [page, JSON.stringify(mostFrequent(next))]));
}
