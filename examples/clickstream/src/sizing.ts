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

/** 1 M users make 5 M page views in 8 hours. */
export const exercise: Load = { views: 5_000_000, hours: 8, brokerViewsPerHour: 100_000, consumerViewsPerHour: 50_000 };

/** A partition is read by one consumer of a group, so each consumer needs one; with as many as consumers, each has the same share. */
export function sizing({ views, hours, brokerViewsPerHour, consumerViewsPerHour }: Load): Sizing {
  const viewsPerHour = views / hours;
  const brokers = Math.ceil(viewsPerHour / brokerViewsPerHour);
  const consumers = Math.ceil(viewsPerHour / consumerViewsPerHour);
  return { viewsPerHour, brokers, consumers, partitions: consumers };
}
// #endregion
