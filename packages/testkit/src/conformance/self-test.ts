import { firstDifference } from "./compare.ts";
import { judge } from "./judge.ts";
import type { Expected, Scenario, ShownEntry, ShownRecord } from "./scenario.ts";

/** Result of the alterations of one class. */
export interface AlterationClass {
  /** Name of the class: the field that is altered. */
  readonly name: string;
  /** Number of alterations that were tried. */
  readonly made: number;
  /** Number of alterations that the judge saw. */
  readonly seen: number;
}

/** Report of `selfTest` over all classes of alterations. */
export interface SelfTestReport {
  /** Results by class. */
  readonly classes: readonly AlterationClass[];
  /** Number of alterations that the judge saw, over all classes. */
  readonly seen: number;
  /** Alterations that were not seen, and classes that could not be tried at all. */
  readonly failed: number;
  /** Alterations that the judge did not see, each as `class in scenario`. */
  readonly missed: readonly string[];
}

type Mutable<T> = T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T;
type Draft = Mutable<Expected>;
/** Alters one field in place; false if there is none of its class. */
type Alteration = (expected: Draft) => boolean;

/**
 * Tries the judge: alters one field of each class that it compares in what passing scenarios expect, and counts how many
 * alterations it sees. A judge that sees all of them does compare these fields.
 */
export function selfTest(scenarios: readonly Scenario[]): SelfTestReport {
  const made = new Map(Object.keys(alterations).map((name) => [name, 0]));
  const seen = new Map(made);
  const missed: string[] = [];
  for (const scenario of scenarios) {
    const verdict = judge(scenario);
    if (verdict.status !== "passed") continue;
    for (const [name, alter] of Object.entries(alterations)) {
      const expected = structuredClone(scenario.expected) as Draft;
      if (!alter(expected)) continue;
      made.set(name, made.get(name)! + 1);
      if (firstDifference(expected, verdict.shown) === null) missed.push(`${name} in ${scenario.name}`);
      else seen.set(name, seen.get(name)! + 1);
    }
  }
  for (const [name, count] of made) if (count === 0) missed.push(`${name}: no passing scenario has one`);
  return {
    classes: [...made].map(([name, count]) => ({ name, made: count, seen: seen.get(name)! })),
    seen: [...seen.values()].reduce((sum, count) => sum + count, 0),
    failed: missed.length,
    missed,
  };
}

const alterations: Readonly<Record<string, Alteration>> = {
  "byte of a key": onRecord(
    (record) => record.key !== null && record.key !== "",
    (record) => {
      record.key = flipped(record.key!);
    },
  ),
  "byte of a value": onRecord(
    (record) => record.value !== null && record.value !== "",
    (record) => {
      record.value = flipped(record.value!);
    },
  ),
  "decoded value": onRecord(
    (record) => record.v !== undefined,
    (record) => {
      record.v = [record.v];
    },
  ),
  "null value": onRecord(
    (record) => record.value === null,
    (record) => {
      record.value = "";
    },
  ),
  topic: onRecord(
    () => true,
    (record) => {
      record.topic += "x";
    },
  ),
  timestamp: onRecord(
    (record) => record.ts !== null,
    (record) => {
      record.ts! += 1;
    },
  ),
  header: onRecord(
    (record) => (record.headers?.length ?? 0) > 0,
    (record) => {
      record.headers = record.headers!.slice(1);
    },
  ),
  "header value": onRecord(
    (record) => record.headers?.some(([, value]) => value !== null && value !== "" && value !== "*") ?? false,
    (record) => {
      const at = record.headers!.findIndex(([, value]) => value !== null && value !== "" && value !== "*");
      record.headers![at] = [record.headers![at]![0], flipped(record.headers![at]![1]!)];
    },
  ),
  "order of records": (expected) => {
    const records = expected.outputs?.find((each) => each.length > 1 && JSON.stringify(each[0]) !== JSON.stringify(each[1]));
    if (records === undefined) return false;
    records.splice(0, 2, records[1]!, records[0]!);
    return true;
  },
  "missing record": (expected) => expected.outputs?.findLast((records) => records.length > 0)?.pop() !== undefined,
  "dropped count of an event": (expected) => {
    if (expected.outputs === undefined || expected.outputs.length === 0) return false;
    expected.droppedPerEvent ??= expected.outputs.map(() => 0);
    expected.droppedPerEvent[0]! += 1;
    return true;
  },
  "dropped count in total": (expected) => {
    if (expected.metrics === undefined) return false;
    expected.metrics["dropped-records-total"] += 1;
    return true;
  },
  "value of a store entry": onEntry((entry) => {
    entry.value = flipped(entry.value);
  }),
  "window of a store entry": (expected) => {
    const entry = storeEntries(expected).find((each) => typeof each.start === "number");
    if (entry === undefined) return false;
    entry.start = (entry.start as number) + 1;
    return true;
  },
  "missing store entry": (expected) =>
    Object.values(expected.stores ?? {})
      .find((store) => (store.all?.length ?? 0) > 0)
      ?.all?.pop() !== undefined,
  "persisted store entry": (expected) => {
    const store = Object.values(expected.stores ?? {}).find((each) => each.persisted !== undefined);
    if (store === undefined) return false;
    delete store.persisted;
    return true;
  },
  "text of the description": (expected) => {
    if (expected.describe === undefined) return false;
    expected.describe = expected.describe.replace("Sub-topology", "Subtopology");
    return expected.describe.includes("Subtopology");
  },
  "sub-topology": (expected) => {
    const subtopology = expected.subtopologies?.["0"] as { sinkTopics?: string[] } | undefined;
    if (subtopology?.sinkTopics === undefined) return false;
    subtopology.sinkTopics.push("x");
    return true;
  },
  "setting of an internal topic": (expected) => {
    const subtopologies = Object.values(expected.subtopologies ?? {}) as {
      stateChangelogTopics?: Record<string, { config: Record<string, string> }>;
    }[];
    const topic = subtopologies.flatMap((each) => Object.values(each.stateChangelogTopics ?? {}))[0];
    if (topic === undefined) return false;
    topic.config["cleanup.policy"] += "x";
    return true;
  },
  "name of a queryable store": (expected) => {
    const [table] = Object.keys(expected.queryableStoreNames ?? {});
    if (table === undefined) return false;
    expected.queryableStoreNames![table] += "x";
    return true;
  },
  effect: (expected) => {
    const effects = expected.effects?.find((each) => each.length > 0);
    if (effects === undefined) return false;
    effects[0] += "x";
    return true;
  },
  "class of an error": onError((error) => {
    error.class += "x";
  }),
  "phase of an error": onError((error) => {
    error.phase = error.phase === "build" ? "start" : "build";
  }),
  "event of an error": (expected) => {
    if (expected.error?.event === undefined) return false;
    expected.error.event += 1;
    return true;
  },
  "class of an error's cause": (expected) => {
    const cause = expected.error?.causes?.[0];
    if (cause === undefined) return false;
    cause.class += "x";
    return true;
  },
};

function onRecord(suits: (record: ShownRecord) => boolean, alter: (record: Mutable<ShownRecord>) => void): Alteration {
  return (expected) => {
    const record = expected.outputs?.flat().find((each) => suits(each));
    if (record === undefined) return false;
    alter(record);
    return true;
  };
}

function onEntry(alter: (entry: Mutable<ShownEntry>) => void): Alteration {
  return (expected) => {
    const entry = storeEntries(expected).find((each) => each.value !== "");
    if (entry === undefined) return false;
    alter(entry);
    return true;
  };
}

function onError(alter: (error: NonNullable<Draft["error"]>) => void): Alteration {
  return (expected) => {
    if (expected.error === undefined) return false;
    alter(expected.error);
    return true;
  };
}

function storeEntries(expected: Draft): Mutable<ShownEntry>[] {
  return Object.values(expected.stores ?? {}).flatMap((store) => store.all ?? []);
}

/** Another byte in the place of the last. */
function flipped(hex: string): string {
  const last = Number.parseInt(hex.slice(-2), 16) ^ 1;
  return hex.slice(0, -2) + last.toString(16).padStart(2, "0");
}
