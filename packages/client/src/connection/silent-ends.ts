import type { Clock } from "@millrace/platform";

import { ListenerMismatchError } from "../errors.ts";

/**
 * Moments at which a listener closes a connection without a word: during the handshake of TLS, before the first answer, at the first
 * request after the versions.
 */
export type SilentEnd = "handshake" | "greeting" | "firstRequest";

/** So many ends in a row say something; a broker that restarts closes one connection, and then refuses them. */
const countMin = 3;

/**
 * Time that they must span. A proxy takes connections and drops them while its broker starts, which looks the same; a proxy that
 * answers with versions of its own is rare.
 */
const spanMsMin: Readonly<Record<SilentEnd, number>> = { handshake: 15_000, greeting: 15_000, firstRequest: 3_000 };

/** Ends of one kind at an address, one after the other. */
interface Row {
  readonly end: SilentEnd;
  readonly sinceMs: number;
  count: number;
}

/**
 * Rows of silent ends by address. Each alone proves nothing; many in a row, at all addresses and before any broker has ever answered,
 * mean that the client and the listener do not fit.
 */
export class SilentEnds {
  readonly #clock: Clock;
  readonly #rows = new Map<string, Row>();
  /** True from the first answer on: from then on brokers that go away are waited for. */
  #proved = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes note of how a connection ended. @param end null: in another way, which breaks the row */
  note(address: string, end: SilentEnd | null): void {
    if (this.#proved) return;
    const row = this.#rows.get(address);
    if (end === null) this.#rows.delete(address);
    else if (row?.end === end) row.count += 1;
    else this.#rows.set(address, { end, sinceMs: this.#clock.monotonicMs(), count: 1 });
  }

  /** Takes note of an answer to more than the question for versions. */
  prove(): void {
    this.#proved = true;
    this.#rows.clear();
  }

  /** The error that ends the attempts; null: go on. */
  verdict(addresses: readonly string[], secured: boolean): ListenerMismatchError | null {
    const rows = addresses.map((address) => this.#rows.get(address));
    const [first] = rows;
    if (first === undefined) return null;
    const nowMs = this.#clock.monotonicMs();
    const isOver = rows.every(
      (row) => row !== undefined && row.count >= countMin && nowMs - row.sinceMs >= spanMsMin[row.end] && row.end === first.end,
    );
    return isOver ? new ListenerMismatchError(addresses, first.count, ...meaning(first.end, secured)) : null;
  }
}

const proxy = "or a proxy takes the connection and has no broker behind it";

/** When the listener closes, and what that may mean. */
function meaning(end: SilentEnd, secured: boolean): [when: string, reasons: string] {
  switch (end) {
    case "handshake":
      return [
        "during the handshake of TLS",
        `the listener speaks no TLS (leave "ssl" out, or use the port of a listener with TLS), ${proxy}`,
      ];
    case "greeting":
      return secured
        ? [
            "before the first answer",
            `the listener wants a certificate of its clients (give "ssl.cert" and "ssl.key"), TLS ends at something that is no Kafka broker, ${proxy}`,
          ]
        : [
            "before the first answer",
            `the listener speaks TLS (set "ssl", or use the port of a listener without), something else than a Kafka broker listens there, ${proxy}`,
          ];
    case "firstRequest":
      return [
        "at the first request",
        `the listener wants an authentication (set "sasl", or use the port of a listener without), ${proxy}`,
      ];
  }
}
