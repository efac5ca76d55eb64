// #region sizing
/** What comes in, and what one of each takes. */
export interface Load {
  readonly views: number;
  readonly hours: number;
  readonly brokerViewsPerHour: number;
  readonly consumerViewsPerHour: number;
}

/** How many of each keep up. */
export interface Sizing {
  readonly viewsPerHour: number;
  readonly brokers: number;
  readonly consumers: number;
  readonly partitions: number;
}

export interface Margins {
  /** The share of what one can take that it is to take. Default 1: no headroom. */
  readonly utilization?: number;
  /** How many brokers keep each view. Default 1: no copies. */
  readonly replicationFactor?: number;
}

/** 1 M users make 5 M page views in 8 hours. */
export const exercise: Load = { views: 5_000_000, hours: 8, brokerViewsPerHour: 100_000, consumerViewsPerHour: 50_000 };

export function sizing(load: Load, { utilization = 1, replicationFactor = 1 }: Margins = {}): Sizing {
  const viewsPerHour = load.views / load.hours;
  const brokers = Math.ceil((viewsPerHour * replicationFactor) / (load.brokerViewsPerHour * utilization));
  const consumers = Math.ceil(viewsPerHour / (load.consumerViewsPerHour * utilization));
  // A partition is read by one consumer of a group. As many as consumers give each the same share.
  return { viewsPerHour, brokers, consumers, partitions: consumers };
}
// #endregion

const margins: readonly (readonly [title: string, margins: Margins])[] = [
  ["the bare minimum", {}],
  ["headroom: each is 70 % busy", { utilization: 0.7 }],
  ["replication: 3 brokers keep each view", { replicationFactor: 3 }],
  ["both", { utilization: 0.7, replicationFactor: 3 }],
];

/** The exercise's numbers as a table. */
export function sizes(): string {
  const rows = margins.map(([title, given]) => {
    const { brokers, consumers, partitions } = sizing(exercise, given);
    return [title.padEnd(37), ...[brokers, consumers, partitions].map((count) => String(count).padStart(10))].join("");
  });
  return [["".padEnd(37), ...["brokers", "consumers", "partitions"].map((title) => title.padStart(10))].join(""), ...rows].join(
    "\n",
  );
}
