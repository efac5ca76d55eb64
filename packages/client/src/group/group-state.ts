/**
 * State of a group member:
 *
 *     idle ─▶ joining ─▶ syncing ─▶ stable ─▶ rebalancing ─▶ joining …
 *                ▲          │          │           │
 *                ├──────────┘          │           │
 *                └── lost ◀── joining, syncing, stable, rebalancing
 *
 *     any ─▶ closed
 */
export type GroupState = "idle" | "joining" | "syncing" | "stable" | "rebalancing" | "lost" | "closed";

/** States that may follow each state. */
export const nextGroupStates: Readonly<Record<GroupState, readonly GroupState[]>> = {
  idle: ["joining", "closed"],
  joining: ["syncing", "lost", "closed"],
  syncing: ["stable", "joining", "lost", "closed"],
  stable: ["rebalancing", "lost", "closed"],
  rebalancing: ["joining", "lost", "closed"],
  lost: ["joining", "closed"],
  closed: [],
};
