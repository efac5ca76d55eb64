import { dropReasons } from "@millrace/core";
import type { StreamsMetrics, StreamsState } from "@millrace/runtime";
import { Counter, Gauge, Registry } from "prom-client";

/** The numbers of Java's `KafkaStreams.State`, which its metric `client-state` shows (KIP-1091). */
const stateNumbers: Readonly<Record<StreamsState, number>> = {
  created: 0,
  rebalancing: 1,
  running: 2,
  pendingShutdown: 3,
  notRunning: 4,
  pendingError: 5,
  error: 6,
};

/** A figure of the application under the name that Prometheus knows it by; null: not known yet, then it is not shown. */
interface Figure {
  readonly name: string;
  readonly help: string;
  of(metrics: StreamsMetrics): number | null;
}

/** Asks for all figures once for all that are shown together. */
type Snapshot = () => StreamsMetrics;

const counters: readonly Figure[] = [
  {
    name: "millrace_records_processed_total",
    help: "Records processed, those of repartition topics included.",
    of: (metrics) => metrics.recordsProcessed,
  },
  {
    name: "millrace_records_produced_total",
    help: "Records acknowledged by the brokers, those of changelogs and repartition topics included.",
    of: (metrics) => metrics.recordsProduced,
  },
  { name: "millrace_commits_total", help: "Commits that had something to commit.", of: (metrics) => metrics.commits },
  {
    name: "millrace_records_restored_total",
    help: "Records of changelogs replayed into stores.",
    of: (metrics) => metrics.recordsRestored,
  },
  {
    name: "millrace_memberships_lost_total",
    help: "Times that the group went on without this instance.",
    of: (metrics) => metrics.membershipsLost,
  },
];
const gauges: readonly Figure[] = [
  {
    name: "millrace_records_lag",
    help: "Records on the brokers that are not processed yet.",
    of: (metrics) => metrics.recordsLag,
  },
  { name: "millrace_records_buffered", help: "Records read and not processed yet.", of: (metrics) => metrics.recordsBuffered },
  {
    name: "millrace_records_to_restore",
    help: "Records of changelogs to be replayed before the tasks run.",
    of: (metrics) => metrics.recordsToRestore,
  },
  { name: "millrace_tasks", help: "Active tasks of this instance.", of: (metrics) => metrics.tasks },
  {
    name: "millrace_tasks_restoring",
    help: "Those of them whose stores are being restored.",
    of: (metrics) => metrics.tasksRestoring,
  },
];

/** Figures of an application that are shown. */
export interface Observed {
  readonly state: StreamsState;
  metrics(): StreamsMetrics;
}

/** A registry with the figures of this application, each labelled with its id and asked for whenever the registry is read. */
export function streamsRegistry(applicationId: string, streams: Observed): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ application_id: applicationId });
  const snapshot = snapshotOf(streams);
  for (const figure of counters) registry.registerMetric(counterOf(figure, snapshot));
  registry.registerMetric(processedByNodeOf(snapshot));
  registry.registerMetric(dropsOf(snapshot));
  registry.registerMetric(dropsByReasonOf(snapshot));
  for (const figure of gauges) registry.registerMetric(gaugeOf(figure, snapshot));
  registry.registerMetric(stateOf(streams));
  return registry;
}

/** A registry asks all its metrics in one turn: what was computed for the first of them holds until that is over. */
function snapshotOf(streams: Observed): Snapshot {
  let taken: StreamsMetrics | null = null;
  return () => {
    if (taken === null) queueMicrotask(() => (taken = null));
    return (taken ??= streams.metrics());
  };
}

function counterOf({ name, help, of }: Figure, snapshot: Snapshot): Counter {
  return new Counter({
    name,
    help,
    registers: [],
    collect() {
      this.reset();
      this.inc(of(snapshot()) ?? 0);
    },
  });
}

function processedByNodeOf(snapshot: Snapshot): Counter {
  return new Counter({
    name: "millrace_node_records_processed_total",
    help: "Records that reached a node, by node.",
    labelNames: ["node"],
    registers: [],
    collect() {
      this.reset();
      for (const { nodeName, count } of snapshot().processed) this.inc({ node: nodeName }, count);
    },
  });
}

function dropsOf(snapshot: Snapshot): Counter {
  return new Counter({
    name: "millrace_records_dropped_total",
    help: "Records that were dropped, by node and reason.",
    labelNames: ["node", "reason"],
    registers: [],
    collect() {
      this.reset();
      for (const { nodeName, reason, count } of snapshot().drops) this.inc({ node: nodeName, reason }, count);
    },
  });
}

/**
 * The same drops by reason alone. Every reason has its line from the start, at 0: a series that appears with its first drop has no
 * increase there, so an alert would miss it.
 */
function dropsByReasonOf(snapshot: Snapshot): Counter {
  return new Counter({
    name: "millrace_records_dropped_by_reason_total",
    help: "Records that were dropped, by reason; 0 from the start.",
    labelNames: ["reason"],
    registers: [],
    collect() {
      this.reset();
      for (const reason of Object.keys(dropReasons)) this.inc({ reason }, 0);
      for (const { reason, count } of snapshot().drops) this.inc({ reason }, count);
    },
  });
}

function gaugeOf({ name, help, of }: Figure, snapshot: Snapshot): Gauge {
  return new Gauge({
    name,
    help,
    registers: [],
    collect() {
      const value = of(snapshot());
      if (value === null) this.remove();
      else this.set(value);
    },
  });
}

function stateOf(streams: Observed): Gauge {
  const states = Object.entries(stateNumbers).map(([state, number]) => `${String(number)} ${state}`);
  return new Gauge({
    name: "millrace_state",
    help: `State: ${states.join(", ")}.`,
    registers: [],
    collect() {
      this.set(stateNumbers[streams.state]);
    },
  });
}
