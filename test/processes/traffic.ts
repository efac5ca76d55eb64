/** Input for an application, and what must come of it. */
export interface Traffic extends AsyncDisposable {
  send(count: number): Promise<void>;
  /** Resolves when the application has committed all that was sent. */
  allCommitted(): Promise<void>;
  /** To be called when an instance was killed, before another goes on: what is not committed now may count twice. */
  crashed(): Promise<void>;
  /** Compares the last result of each key with what was sent. */
  judge(): Promise<Verdict>;
}

/** What the results say. */
export interface Verdict {
  /** Keys with results. */
  readonly keys: number;
  /** Results beyond their bounds; none, if all is well. */
  readonly wrong: readonly Wrong[];
  /** Records counted twice, over all keys. */
  readonly excess: number;
}

/** A count below the truth, or above it by more than what may be counted twice. */
export interface Wrong {
  readonly key: string;
  readonly truth: number;
  readonly found: number;
  readonly excessMax: number;
}

export type Counts = ReadonlyMap<string, number>;

/** @param shownFrom a truth below this may have no result at all */
export function verdict(truths: Counts, results: Counts, excessMax: Counts, shownFrom: number): Verdict {
  const wrong: Wrong[] = [];
  let excess = 0;
  for (const key of new Set([...truths.keys(), ...results.keys()])) {
    const truth = truths.get(key) ?? 0;
    const found = results.get(key) ?? 0;
    const most = excessMax.get(key) ?? 0;
    if (found === 0 && truth < shownFrom) continue;
    if (found < truth || found > truth + most) wrong.push({ key, truth, found, excessMax: most });
    excess += found - truth;
  }
  return { keys: results.size, wrong, excess };
}

export function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** Sends in small pieces until something has happened. */
export async function sendUntil(traffic: Traffic, happened: Promise<unknown>): Promise<void> {
  let over = false;
  const end = happened.finally(() => (over = true));
  // It is looked at below, but may be rejected before.
  end.catch(() => undefined);
  do await traffic.send(200);
  while (!over);
  await end;
}
