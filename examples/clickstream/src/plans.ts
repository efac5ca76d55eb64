import type { Plan } from "./rehearsal.ts";
import { exercise, sizing } from "./sizing.ts";

const { brokers, consumers, partitions } = sizing(exercise);

/** The computed plan and its neighbours, each with whether it keeps up. */
export const plans: readonly (Plan & { readonly expected: boolean })[] = [
  { brokers, consumers, partitions, expected: true },
  { brokers: brokers - 1, consumers, partitions, expected: false },
  { brokers, consumers: consumers - 1, partitions, expected: false },
  // One consumer has nothing to do.
  { brokers, consumers, partitions: partitions - 1, expected: false },
  // One consumer has two partitions.
  { brokers, consumers, partitions: partitions + 1, expected: false },
  { brokers, consumers, partitions: 2 * partitions, expected: true },
];
