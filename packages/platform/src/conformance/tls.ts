import { describe, expect, test } from "vitest";
import { type Platform, TlsError, type TlsOptions, type TlsServerOptions, type Transport } from "../index.ts";
import { type OpenHarness, withHarness } from "./harness.ts";
import { Recorder, until } from "./recorder.ts";

/** Certificates in the form that a transport takes. All but the last are of the authority. */
export interface TlsMaterials {
  /** The authority's own certificate. */
  readonly ca: string;
  readonly server: TlsServerOptions;
  readonly expired: TlsServerOptions;
  readonly notYetValid: TlsServerOptions;
  readonly otherName: TlsServerOptions;
  readonly selfSigned: TlsServerOptions;
  /** Identity whose authority is not trusted. */
  readonly foreign: TlsServerOptions;
  readonly client: TlsOptions;
  readonly foreignClient: TlsOptions;
}

/** Longer than what a listener reads before it judges. */
const said = "echo, echo, echo, echo";

/** A platform all of whose connections are secured. */
export function securedPlatform(platform: Platform, { ca, server }: TlsMaterials): Platform {
  const plain: Transport = platform.transport;
  const transport: Transport = {
    connect: (address, events, options) => plain.connect(address, events, { tls: { ca }, ...options }),
    listen: (address, accept) => plain.listen(address, accept, { tls: server }),
  };
  return { ...platform, transport };
}

/** Every transport that can speak TLS passes this. */
export function tlsConformance(name: string, open: OpenHarness, materials: TlsMaterials): void {
  const { ca, server } = materials;

  async function attempt(
    harness: Parameters<Parameters<typeof withHarness>[1]>[0],
    tls: TlsOptions | null,
    offered: TlsServerOptions | null,
  ) {
    const { transport, timers } = harness.platform;
    const accepted: Recorder[] = [];
    const listener = await transport.listen(
      { host: harness.host, port: 0 },
      (connection) => {
        const events = new Recorder();
        events.connection = connection;
        events.onPiece = (piece) => connection.write([piece]);
        accepted.push(events);
        return events;
      },
      { tls: offered },
    );
    const events = new Recorder();
    try {
      const connection = await transport.connect({ host: harness.host, port: listener.address.port }, events, { tls });
      connection.write([Buffer.from(said)]);
      await until(timers, () => events.text() === said || events.closes.length > 0);
      connection.destroy();
      if (events.text() !== said) throw events.closes[0] ?? new TlsError("closed", "without a word");
      return accepted.length;
    } finally {
      await listener.close();
    }
  }

  describe(`${name} TLS`, () => {
    test("secures a connection with a certificate of a trusted authority", () =>
      withHarness(open, async (harness) => {
        expect(await attempt(harness, { ca }, server)).toBe(1);
      }));

    test.each<[string, keyof TlsMaterials, object]>([
      ["has expired", "expired", { problem: "expired" }],
      ["is not valid yet", "notYetValid", { problem: "notYetValid" }],
      ["is for another name", "otherName", { problem: "nameMismatch", certificate: { names: ["elsewhere.example"] } }],
      ["is signed by itself", "selfSigned", { problem: "selfSigned", certificate: { subject: "lonely" } }],
      ["is of a foreign authority", "foreign", { problem: "unknownAuthority", certificate: { issuer: "Foreign authority" } }],
    ])("refuses a certificate that %s, and says so", (_what, which, expected) =>
      withHarness(open, async (harness) => {
        const failure = attempt(harness, { ca }, materials[which] as TlsServerOptions);
        await expect(failure).rejects.toMatchObject({ code: "PLATFORM_TLS_FAILED", ...expected });
      }),
    );

    test("takes any certificate where it is told to", () =>
      withHarness(open, async (harness) => {
        expect(await attempt(harness, { rejectUnauthorized: false }, materials.foreign)).toBe(1);
      }));

    test("compares the name that it is given in place of the host", () =>
      withHarness(open, async (harness) => {
        expect(await attempt(harness, { ca, servername: "elsewhere.example" }, materials.otherName)).toBe(1);
        await expect(attempt(harness, { ca, servername: "nowhere.example" }, server)).rejects.toMatchObject({
          problem: "nameMismatch",
        });
      }));

    test("leaves the comparison of names to a function", () =>
      withHarness(open, async (harness) => {
        const checkServerIdentity = (): undefined => undefined;
        expect(await attempt(harness, { ca, checkServerIdentity }, materials.otherName)).toBe(1);
      }));

    test("shows a certificate to a listener that wants one", () =>
      withHarness(open, async (harness) => {
        const wanting = { ...server, ca, requestCert: true };
        expect(await attempt(harness, { ca, ...materials.client }, wanting)).toBe(1);
        await expect(attempt(harness, { ca }, wanting)).rejects.toMatchObject({ problem: "certificateRequired" });
        // Some servers say why, some only close.
        await expect(attempt(harness, { ca, ...materials.foreignClient }, wanting)).rejects.toMatchObject({
          problem: expect.stringMatching(/^(certificateRefused|closed)$/),
        });
      }));

    test("fails where there is no version in common", () =>
      withHarness(open, async (harness) => {
        const failure = attempt(harness, { ca, minVersion: "TLSv1.3" }, { ...server, maxVersion: "TLSv1.2" });
        await expect(failure).rejects.toMatchObject({ problem: "versions" });
      }));

    test("tells bytes that are not TLS from a connection that is closed", () =>
      withHarness(open, async (harness) => {
        // The listener sends back what it gets: TLS that is no answer.
        const { transport } = harness.platform;
        for (const [say, problem] of [
          ["220 welcome\r\n", "notTls"],
          ["", "closed"],
        ] as const) {
          const listener = await transport.listen({ host: harness.host, port: 0 }, (connection) => {
            connection.write([Buffer.from(say)]);
            connection.end();
            return new Recorder();
          });
          const connecting = transport.connect({ host: harness.host, port: listener.address.port }, new Recorder(), {
            tls: { ca },
          });
          await expect(connecting).rejects.toMatchObject({ problem });
          await listener.close();
        }
      }));

    test("cuts off a peer that speaks no TLS", () =>
      withHarness(open, async (harness) => {
        await expect(attempt(harness, null, server)).rejects.toThrow();
      }));

    test("gives up a handshake when its signal says so", () =>
      withHarness(open, async ({ platform, host }) => {
        const given = new AbortController();
        // A peer that accepts and says nothing.
        const listener = await platform.transport.listen({ host, port: 0 }, () => {
          given.abort();
          return new Recorder();
        });
        const address = { host, port: listener.address.port };
        const connecting = platform.transport.connect(address, new Recorder(), { tls: { ca }, signal: given.signal });
        expect(await connecting.catch((error: unknown) => error)).toBe(given.signal.reason);
        await listener.close();
      }));

    test("says that options cannot be used", () =>
      withHarness(open, async (harness) => {
        await expect(attempt(harness, { ca: "no certificate" }, server)).rejects.toMatchObject({ problem: "options" });
      }));
  });
}
