/** The mean ratio of pairs, with the bounds of its 95 % confidence interval. */
export interface RatioInterval {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The geometric mean of ratios and its 95 % confidence interval, by Student's t over their logarithms: the pairs are taken as
 * independent. At least two ratios are needed.
 */
export function ratioInterval(ratios: readonly number[]): RatioInterval {
  const logs = ratios.map((ratio) => Math.log(ratio));
  const count = logs.length;
  const mean = logs.reduce((sum, log) => sum + log, 0) / count;
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (count - 1);
  const margin = quantile(count - 1) * Math.sqrt(variance / count);
  return { ratio: Math.exp(mean), low: Math.exp(mean - margin), high: Math.exp(mean + margin) };
}

/** The 97.5 % quantile of Student's t: the normal one, corrected for few degrees of freedom; off by less than 1 % from 4 on. */
function quantile(degrees: number): number {
  const z = 1.959_963_985;
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  return z + first / degrees + second / degrees ** 2 + third / degrees ** 3;
}
