import { Broker } from "@millrace/broker-lite";
import { nodePlatform } from "@millrace/platform/node";

/** A broker that the interop tests run against. */
export interface Target {
  readonly name: string;
  /** `host:port`; starts what must be started. */
  open(): Promise<string>;
  close(): Promise<void>;
}

function broker(): Target {
  let running: Broker | null = null;
  return {
    name: "broker-lite",
    async open() {
      const config = { groupInitialRebalanceDelayMs: 0 };
      running = await Broker.start({ host: "127.0.0.1", port: 0, dataDirectory: null, config }, nodePlatform());
      return `${running.address.host}:${String(running.address.port)}`;
    },
    async close() {
      await running?.close();
    },
  };
}

function given(address: string): Target {
  return { name: `Apache Kafka at ${address}`, open: () => Promise.resolve(address), close: () => Promise.resolve() };
}

/** Apache Kafka in a container, if a Docker daemon answers. It advertises the port that the host gives it. */
async function container(): Promise<Target | null> {
  const { GenericContainer, getContainerRuntimeClient, RandomPortGenerator } = await import("testcontainers");
  try {
    await getContainerRuntimeClient();
  } catch {
    return null;
  }
  let stop = (): Promise<unknown> => Promise.resolve();
  return {
    name: "Apache Kafka in a container",
    async open() {
      const port = await new RandomPortGenerator().generatePort();
      const started = await new GenericContainer("apache/kafka:4.4.0")
        .withExposedPorts({ container: port, host: port })
        .withEnvironment({
          KAFKA_NODE_ID: "1",
          KAFKA_PROCESS_ROLES: "broker,controller",
          KAFKA_LISTENERS: `PLAINTEXT://0.0.0.0:${String(port)},CONTROLLER://127.0.0.1:29093`,
          KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://127.0.0.1:${String(port)}`,
          KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
          KAFKA_CONTROLLER_LISTENER_NAMES: "CONTROLLER",
          KAFKA_CONTROLLER_QUORUM_VOTERS: "1@127.0.0.1:29093",
          KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: "1",
          KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: "0",
        })
        .start();
      stop = () => started.stop();
      return `127.0.0.1:${String(port)}`;
    },
    async close() {
      await stop();
    },
  };
}

/** broker-lite always; Apache Kafka from `MILLRACE_KAFKA=host:port`, else from a container, else its absence is said. */
export async function targets(): Promise<readonly Target[]> {
  const address = process.env["MILLRACE_KAFKA"];
  if (address !== undefined && address !== "") return [broker(), given(address)];
  const contained = await container();
  if (contained !== null) return [broker(), contained];
  process.stderr.write("interop: no MILLRACE_KAFKA and no Docker daemon, so only broker-lite is tested\n");
  return [broker()];
}
