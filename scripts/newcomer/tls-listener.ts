import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer, type TLSSocket } from "node:tls";

/** A port that speaks TLS, and behind it nothing: enough for what goes wrong before Kafka's protocol begins. */
export interface TlsListener {
  /** `host:port`. */
  readonly address: string;
  /** Resolves when a client has trusted it and sent something. */
  readonly firstBytes: Promise<void>;
  close(): Promise<void>;
}

/** Starts a listener on a free port that shows this certificate. */
export async function startTlsListener(identity: { readonly cert: string; readonly key: string }): Promise<TlsListener> {
  const firstBytes = Promise.withResolvers<void>();
  const open = new Set<TLSSocket>();
  const server = createServer(identity, (socket) => {
    open.add(socket);
    // A client that goes away is what most are here for.
    socket.on("error", () => undefined);
    socket.on("close", () => open.delete(socket));
    socket.once("data", () => firstBytes.resolve());
  });
  server.on("tlsClientError", () => undefined);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    firstBytes: firstBytes.promise,
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
