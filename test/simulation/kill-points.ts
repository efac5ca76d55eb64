import type { SimulatedApplication, SimulatedCluster } from "@millrace/testkit/cluster";
import type { Topology } from "millrace";

/** When an application is ended: so many events after a moment that the scenario chooses, or around a write to the disk. */
export type KillPoint =
  | { readonly at: "event"; readonly number: number; readonly how: "kill" | "power" }
  | { readonly at: "write"; readonly number: number; readonly moment: "before" | "after" };

/** What there was until the application was ended, or done. */
export interface Counted {
  readonly events: number;
  readonly writes: number;
}

/** Every way to end an application within so many events and disk writes. */
export function killPoints({ events, writes }: Counted): KillPoint[] {
  const all: KillPoint[] = [];
  for (let number = 1; number <= events; number += 1)
    all.push({ at: "event", number, how: "kill" }, { at: "event", number, how: "power" });
  for (let number = 1; number <= writes; number += 1)
    all.push({ at: "write", number, moment: "before" }, { at: "write", number, moment: "after" });
  return all;
}

/** An application that is to be ended. `onVoid` hears of state that it could not go on from. */
export function mortal(
  cluster: SimulatedCluster,
  topology: Topology,
  cacheBytesMax: number,
  onVoid: (text: string) => void,
): SimulatedApplication {
  return cluster.application("application", topology, {
    applicationId: "kills",
    commitIntervalMs: 100,
    cacheBytesMax,
    lingerMs: 5,
    sessionTimeoutMs: 6_000,
    log: (_level, text) => {
      if (text.startsWith("discarding the local state of store")) onVoid(text);
    },
  });
}

/** Resolves when the application is ended at the point, and the group has given its partitions away; without a point some events after it `isDone`. */
export async function lives(
  cluster: SimulatedCluster,
  application: SimulatedApplication,
  point: KillPoint | null,
  isDone: () => boolean,
): Promise<Counted> {
  let events = 0;
  let writes = 0;
  let isDead = false;
  application.stores.onWrite = (moment) => {
    if (moment === "before") writes += 1;
    if (isDead || point?.at !== "write" || point.number !== writes || point.moment !== moment) return;
    isDead = true;
    application.kill();
  };
  let idleEvents = 0;
  await cluster.when(() => {
    events += 1;
    if (point?.at === "event") return events === point.number;
    if (point?.at === "write") return isDead;
    if (isDone()) idleEvents += 1;
    return idleEvents > 5;
  });
  application.stores.onWrite = null;
  if (point?.at === "event") {
    if (point.how === "kill") application.kill();
    else application.crash();
  }
  // What is on its way to the broker arrives.
  if (point !== null) await cluster.sleep(500);
  return { events, writes };
}
