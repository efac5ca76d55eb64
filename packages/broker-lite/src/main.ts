#!/usr/bin/env node
import { commandLine, nodePlatform, wrongArguments } from "@millrace/platform/node";
import { Broker } from "./broker.ts";
import type { BrokerOptions } from "./broker.ts";
import { parseAdvertisedListeners } from "./config/advertised-listeners.ts";
import { parseBrokerConfig } from "./config/broker-config.ts";
import type { BrokerConfig } from "./config/broker-config.ts";
import { BrokerError } from "./errors.ts";

const directoryDefault = ".millrace/broker";

const program = {
  command: "broker-lite",
  text:
    "A small Kafka-compatible broker in the foreground. It says where it listens, and ends in good order at SIGINT or SIGTERM.\n" +
    "Exit codes: 0 a signal ended it, 1 it could not start or close, 2 the arguments are wrong.",
  options: {
    port: { value: "P", text: "listen on this port; 0 takes a free one", number: { min: 0, max: 65_535 }, default: "9092" },
    host: { value: "H", text: "listen on this address; 0.0.0.0 and :: are all of the machine's", default: "127.0.0.1" },
    advertise: {
      value: "HOST:PORT",
      text: "tell clients this address, where ports are mapped; else they hear the one they came by",
    },
    data: { value: "DIR", text: `keep topics and offsets in this directory; without it and --memory in ${directoryDefault}` },
    memory: { text: "keep them in memory only; groups do not wait for more members then" },
    set: { value: "KEY=VALUE", text: "a broker setting by Kafka's name, such as num.partitions=4", many: true },
    verbose: { text: "tell of every connection that ends" },
  },
} as const;

async function main(options: BrokerOptions): Promise<number> {
  try {
    const broker = await Broker.start(options, nodePlatform());
    process.stdout.write(`listening on ${String(broker.address)}\n`);
    await stopSignal();
    await broker.close();
    return 0;
  } catch (error) {
    process.stderr.write(
      `${error instanceof BrokerError ? `${error.code}: ${error.message}` : String((error as Error).stack ?? error)}\n`,
    );
    return 1;
  }
}

function optionsOf(): BrokerOptions {
  const { port, host, advertise, data, memory, set, verbose } = commandLine(program).values;
  if (data !== undefined && memory) return wrongArguments(program, "--data and --memory exclude each other");
  return {
    host,
    port,
    dataDirectory: memory ? null : (data ?? directoryDefault),
    config: configOf(set, advertise),
    log: (level, text) => {
      if (level !== "debug" || verbose) process.stderr.write(`${level.toUpperCase()} ${text}\n`);
    },
  };
}

function configOf(set: readonly string[], advertise: string | undefined): Partial<BrokerConfig> {
  try {
    if (advertise === undefined) return parseBrokerConfig(set);
    parseAdvertisedListeners(advertise);
    return { ...parseBrokerConfig(set), advertisedListeners: advertise };
  } catch (error) {
    if (!(error instanceof BrokerError)) throw error;
    return wrongArguments(program, error.message.replace(/\.$/, ""));
  }
}

/** Resolves at SIGINT or SIGTERM; a second one ends the process at once. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
}

process.exitCode = await main(optionsOf());
