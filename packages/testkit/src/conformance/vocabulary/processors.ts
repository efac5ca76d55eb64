import type {
  Cancellable,
  Header,
  Processor,
  ProcessorContext,
  ProcessorKeyValueStore,
  ProcessorRecord,
  ProcessorWindowStore,
} from "@millrace/core";
import { BoomError, LackError } from "./errors.ts";
import { mapper } from "./mappers.ts";
import { keyValueCommand, windowCommand } from "./store-commands.ts";
import { nameAndArgument, num, text } from "./text.ts";

/** A record of either kind of processor: its `with…` copies it. */
type AnyRecord = ProcessorRecord<any, any>;
type Context = ProcessorContext<any, any>;
type Store = ProcessorKeyValueStore<any, any>;

/** Work of a processor of the vocabulary on a record. */
type Step = (record: AnyRecord, context: Context, stores: readonly Store[]) => void;

/** A processor of the vocabulary, also for `processValues`, whose records and contexts have the same methods. */
export class VocabularyProcessor implements Processor<any, any, any, any> {
  readonly #name: string;
  readonly #argument: string;
  readonly #storeNames: readonly string[];
  readonly #step: Step;
  #stores: readonly Store[] = [];
  #schedule: Cancellable | null = null;
  #calls = 0;

  /** @throws {LackError} for a processor that is not built yet */
  constructor(spec: string, storeNames: readonly string[]) {
    [this.#name, this.#argument] = nameAndArgument(spec);
    this.#storeNames = storeNames;
    this.#step = stepOf(this.#name, this.#argument, () => this.#schedule?.cancel());
  }

  init(context: Context): void {
    this.#stores = this.#storeNames.map((name) => context.store<Store>(name));
    const forward = (value: unknown, timestampMs: number): void =>
      context.forward({ key: "punct", value, timestampMs, headers: [] });
    switch (this.#name) {
      case "punctuateStreamTime":
        return this.#every(context, "streamTime", (at) => forward(`stream@${at}`, at));
      case "punctuateWallClock":
        return this.#every(context, "wallClock", (at) => forward(`wall@${at}`, at));
      case "punctuateMeta":
        return this.#every(context, "streamTime", (at) =>
          forward(`${metadata(context)}@${context.currentStreamTimeMs()}@${context.currentSystemTimeMs()}`, at),
        );
      case "punctuateFlushStreamTime":
        return this.#every(context, "streamTime", (at) => this.#flush(context, at));
      case "punctuateFlushWallClock":
        return this.#every(context, "wallClock", (at) => this.#flush(context, at));
      case "punctuateFail":
        return this.#every(context, "streamTime", (at) => {
          if (at > 0) throw new BoomError(`punctuate ${at}`);
        });
      case "initForward":
        return context.forward({ key: "init", value: "init", timestampMs: 0, headers: [] });
      case "initPut":
        return this.#stores[0]!.put("init", this.#argument);
      case "unconnected":
        context.store(this.#argument);
        return;
      default:
        return;
    }
  }

  process(record: AnyRecord, context: Context): void {
    this.#step(record, context, this.#stores);
  }

  /** After so many calls as a second argument says, the schedule cancels itself. */
  #every(context: Context, clock: "streamTime" | "wallClock", call: (at: number) => void): void {
    const [everyMs, callsMax = Number.POSITIVE_INFINITY] = this.#argument.split(":").map(Number);
    const schedule = context.schedule(everyMs!, clock, (at) => {
      call(at);
      this.#calls += 1;
      if (this.#calls >= callsMax) schedule.cancel();
    });
    this.#schedule = schedule;
  }

  #flush(context: Context, timestampMs: number): void {
    const store = this.#stores[0]!;
    const entries: { key: unknown; value: unknown }[] = [];
    const iterator = store.all();
    while (iterator.next()) entries.push({ key: iterator.key, value: iterator.value });
    for (const { key, value } of entries) {
      context.forward({ key, value, timestampMs, headers: [] });
      store.delete(key);
    }
  }
}

function stepOf(name: string, argument: string, cancel: () => void): Step {
  const simple = simpleSteps(argument)[name] ?? storeSteps(argument)[name];
  if (simple !== undefined) return simple;
  if (name === "cancelIf") {
    return (record, context) => {
      if (text(record.value) === argument) cancel();
      context.forward(record);
    };
  }
  throw new LackError(`the processor ${name}`);
}

function forward(record: AnyRecord, context: Context): void {
  context.forward(record);
}

function simpleSteps(argument: string): Readonly<Record<string, Step>> {
  const withValue =
    (value: (record: AnyRecord, context: Context) => unknown): Step =>
    (record, context) =>
      context.forward(record.withValue(value(record, context)));
  const withHeaders =
    (headers: (record: AnyRecord) => readonly Header[]): Step =>
    (record, context) =>
      context.forward(record.withHeaders(headers(record)));
  return {
    forward,
    punctuateStreamTime: forward,
    punctuateWallClock: forward,
    punctuateMeta: forward,
    punctuateFail: forward,
    initForward: forward,
    initPut: forward,
    unconnected: forward,
    drop: () => undefined,
    forwardTwice: (record, context) => {
      context.forward(record);
      context.forward(record);
    },
    map: withValue(({ key, value }) => mapper(argument)(value, key)),
    upper: withValue(({ key, value }) => mapper("upper")(value, key)),
    rekey: (record, context) => context.forward(record.withKey(mapper(argument)(record.value, record.key))),
    plusTime: (record, context) => context.forward(record.withTimestamp(record.timestampMs + Number(argument))),
    setTime: (record, context) => context.forward(record.withTimestamp(Number(argument))),
    addHeader: withHeaders(({ headers }) => [...headers, header(argument)]),
    addHeaderCopy: withHeaders(({ headers }) => [...headers, header(argument)]),
    removeHeader: withHeaders(({ headers }) => headers.filter(({ key }) => key !== argument)),
    clearHeaders: withHeaders(() => []),
    headersToValue: withValue(({ headers }) =>
      headers.map(({ key, value }) => `${key}=${value?.toString("utf8") ?? "null"}`).join(","),
    ),
    metaToValue: withValue((record, context) => `${metadata(context)}@${record.timestampMs}`),
    timesToValue: withValue((_record, context) => `${context.currentStreamTimeMs()}/${context.currentSystemTimeMs()}`),
    taskToValue: withValue((_record, context) => `${context.applicationId}/${context.taskId}`),
    toChild: (record, context) => context.forward(record, argument),
    routeByField: (record, context) => context.forward(record, text(mapper("field:0")(record.value, record.key))),
    failIf: (record, context) => {
      failIf(record, argument);
      context.forward(record);
    },
    forwardThenFailIf: (record, context) => {
      context.forward(record);
      failIf(record, argument);
    },
    commit: (record, context) => {
      context.commit();
      context.forward(record);
    },
  };
}

function storeSteps(argument: string): Readonly<Record<string, Step>> {
  const count = (record: AnyRecord, store: Store): number => {
    const n = num(store.get(record.key)) + 1;
    store.put(record.key, n);
    return n;
  };
  const keep: Step = (record, _context, [store]) => {
    if (record.key !== null) store!.put(record.key, record.value);
  };
  return {
    punctuateFlushStreamTime: keep,
    punctuateFlushWallClock: keep,
    countInStore: (record, context, [store]) => {
      if (record.key !== null) context.forward(record.withValue(count(record, store!)));
    },
    countThenFailIf: (record, context, [store]) => {
      const n = count(record, store!);
      failIf(record, argument);
      context.forward(record.withValue(n));
    },
    lastInStore: (record, context, [store]) => {
      if (record.key === null) return;
      const last = `${text(store!.get(record.key))}>${text(record.value)}`;
      store!.put(record.key, record.value);
      context.forward(record.withValue(last));
    },
    twoStores: (record, context, [first, second]) => {
      if (record.key === null) return;
      first!.put(record.key, record.value);
      second!.put(record.key, num(second!.get(record.key)) + 1);
      context.forward(record.withValue(`${text(first!.get(record.key))}#${text(second!.get(record.key))}`));
    },
    lookupStore: (record, context, [store]) => {
      const found = record.key === null ? null : store!.get(record.key);
      context.forward(record.withValue(`${text(record.value)}?${text(found)}`));
    },
    putStore: (record, _context, [store]) => store!.put(record.key, record.value),
    kvCommand: (record, context, [store]) => context.forward(record.withValue(keyValueCommand(record, store!))),
    windowCommand: (record, context, [store]) => {
      const windows = store as unknown as ProcessorWindowStore<any, any>;
      context.forward(record.withValue(windowCommand(record, windows)));
    },
  };
}

function failIf(record: AnyRecord, what: string): void {
  if (text(record.value) === what) throw new BoomError(what);
}

function header(argument: string): Header {
  const at = argument.indexOf("=");
  return { key: argument.slice(0, at), value: Buffer.from(argument.slice(at + 1), "utf8") };
}

function metadata(context: Context): string {
  const place = context.recordMetadata;
  return place === null ? "none" : `${text(place.topic)}:${place.partition}:${place.offset}`;
}
