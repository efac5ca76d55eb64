import type { Simulation } from "@millrace/platform/sim";
import { Cluster } from "../cluster/cluster.ts";
import type { ClusterOptions } from "../cluster/cluster.ts";
import { WireClient } from "./wire-client.ts";

/** Starts a cluster of so many nodes, on the simulated hosts "broker-1", "broker-2" and so on; its data lie on the host "disk". */
export function startCluster(simulation: Simulation, nodeCount: number, options: ClusterOptions = {}): Promise<Cluster> {
  const nodes = Array.from({ length: nodeCount }, (_, i) => {
    const host = `broker-${i + 1}`;
    return { host, port: 9092, platform: simulation.platform(host) };
  });
  const config = { groupInitialRebalanceDelayMs: 0, ...options.config };
  return simulation.settle(Cluster.start({ ...options, nodes, config }, simulation.platform("disk")));
}

/** Connects the simulated host "client" to a node. */
export function connectTo(simulation: Simulation, nodeId: number): Promise<WireClient> {
  const address = { host: `broker-${nodeId}`, port: 9092 };
  return simulation.settle(WireClient.connect(simulation.platform("client").transport, address));
}
