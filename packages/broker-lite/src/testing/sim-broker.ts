import type { Simulation } from "@millrace/platform/sim";
import { encodeBatch } from "@millrace/protocol";
import type { BatchContent } from "@millrace/protocol";
import { Broker } from "../broker.ts";
import type { BrokerOptions } from "../broker.ts";
import { WireClient } from "./wire-client.ts";

/** Starts a broker on the simulated host "broker". */
export function startBroker(simulation: Simulation, options: Partial<BrokerOptions> = {}): Promise<Broker> {
  const { config, ...others } = options;
  return simulation.settle(
    Broker.start(
      {
        host: "broker",
        port: 9092,
        dataDirectory: null,
        config: { groupInitialRebalanceDelayMs: 0, ...config },
        ...others,
      },
      simulation.platform("broker"),
    ),
  );
}

/** Connects the simulated host `from` to that broker. */
export function connect(simulation: Simulation, from: string = "client"): Promise<WireClient> {
  return simulation.settle(WireClient.connect(simulation.platform(from).transport, { host: "broker", port: 9092 }));
}

/** A batch of records with these values; keys and timestamps are counted from 0 and `timestampMs`. */
export function batchOf(values: readonly string[], timestampMs: number, content: Partial<BatchContent> = {}): Buffer {
  return encodeBatch({
    ...content,
    records: values.map((value, i) => ({
      offset: i,
      timestamp: timestampMs + i,
      key: Buffer.from(`k${i}`),
      value: Buffer.from(value),
    })),
  });
}
