import type { Address } from "@millrace/platform";
import { InvalidConfigError } from "../errors.ts";

const listener = /^(?:[A-Za-z0-9_]+:\/\/)?(?:\[([0-9A-Fa-f:.]+)\]|([^:/,[\]\s]+)):(\d{1,5})$/;
const portMax = 65_535;

/**
 * The address that `advertised.listeners` names, as Kafka writes it (`PLAINTEXT://host:port`) or without the protocol; null for an
 * empty text.
 *
 * @throws {InvalidConfigError} also for an address that means all of a machine's, as in Kafka: it leads nobody anywhere
 */
export function parseAdvertisedListeners(text: string): Address | null {
  if (text === "") return null;
  const [, ipv6, name, port] = listener.exec(text) ?? [];
  const host = ipv6 ?? name;
  if (host === undefined || Number(port) < 1 || Number(port) > portMax || isAnyAddress(host)) {
    const expected = "one host:port by which clients reach the broker, such as broker.example:9092";
    throw new InvalidConfigError("advertised.listeners", text, expected);
  }
  return { host, port: Number(port) };
}

/** Returns true if a broker that listens on this host listens on all addresses of the machine. */
export function isAnyAddress(host: string): boolean {
  return host === "" || host === "0.0.0.0" || /^[0:]+$/.test(host);
}
