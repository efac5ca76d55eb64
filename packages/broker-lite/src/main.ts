import { parseArgs } from "node:util";
import { nodePlatform } from "@millrace/platform/node";
import { Broker } from "./broker.ts";
import type { BrokerOptions } from "./broker.ts";
import { parseBrokerConfig } from "./config/broker-config.ts";
import { BrokerError } from "./errors.ts";

const usage = `usage: broker --port P [--host H] [--data DIR | --memory] [--set key=value]... [--verbose]

  --port P         listen on this port; 0 takes a free one
  --host H         listen on this address (127.0.0.1)
  --data DIR       keep topics and offsets in this directory (.millrace/broker)
  --memory         keep them in memory only
  --set key=value  a broker setting by Kafka's name, such as num.partitions=4; may be repeated
  --verbose        tell of every connection that ends
`;
const directoryDefault = ".millrace/broker";

/** Exit codes: 0 stopped by a signal, 1 the broker could not start or close, 2 the arguments are wrong. */
async function main(args: readonly string[]): Promise<number> {
  const options = optionsOf(args);
  if (typeof options === "string") {
    process.stderr.write(`${options}\n\n${usage}`);
    return 2;
  }
  try {
    const broker = await Broker.start(options, nodePlatform());
    process.stdout.write(`listening on ${broker.address.host}:${broker.address.port}\n`);
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

/** The options, or what is wrong with the arguments. */
function optionsOf(args: readonly string[]): BrokerOptions | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: "string" },
        host: { type: "string" },
        data: { type: "string" },
        memory: { type: "boolean" },
        set: { type: "string", multiple: true },
        verbose: { type: "boolean" },
      },
    });
    if (values.port === undefined) return "--port is missing";
    if (!/^\d{1,5}$/.test(values.port) || Number(values.port) > 65_535)
      return `--port takes a number from 0 to 65535, not "${values.port}"`;
    if (values.data !== undefined && values.memory === true) return "--data and --memory exclude each other";
    return {
      host: values.host ?? "127.0.0.1",
      port: Number(values.port),
      dataDirectory: values.memory === true ? null : (values.data ?? directoryDefault),
      config: parseBrokerConfig(values.set ?? []),
      log: (level, text) => {
        if (level !== "debug" || values.verbose === true) process.stderr.write(`${level.toUpperCase()} ${text}\n`);
      },
    };
  } catch (error) {
    return (error as Error).message;
  }
}

/** Resolves at SIGINT or SIGTERM; a second one ends the process at once. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
}

process.exitCode = await main(process.argv.slice(2));
