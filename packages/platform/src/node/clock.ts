import type { Clock } from "../index.ts";

export const nodeClock: Clock = { nowMs: () => Date.now(), monotonicMs: () => Math.floor(performance.now()) };
