import type { Connection, ConnectionEvents, Platform, Timers } from "../index.ts";
import {
  type TlsCertificate,
  TlsError,
  type TlsMaterial,
  type TlsOptions,
  type TlsProblem,
  type TlsServerOptions,
  type TlsVersion,
} from "../tls.ts";

/**
 * TLS in the simulation: certificates are data, the handshake is a few records on the wire, and what follows is not encrypted.
 *
 *     client ── hello: name, versions ──▶ server
 *            ◀── hello: certificate, version, whether it wants one ──
 *            ── finished: certificate or none ──▶
 *            ◀── finished ──                               or an alert, from either side, and the end
 */
const handshakeType = 0x16;
const alertType = 0x15;
const headerBytes = 5;

const versions: readonly TlsVersion[] = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];

/** A certificate for `cert` and `ca` in a simulation, as text. The authority's own is one whose issuer is itself. */
export function simulationCertificate(certificate: Partial<TlsCertificate> & Pick<TlsCertificate, "subject">): string {
  const { subject } = certificate;
  const whole: TlsCertificate = { issuer: subject, names: [subject], validFromMs: 0, validToMs: 2 ** 52, ...certificate };
  return JSON.stringify(whole);
}

interface ClientHello {
  readonly versions: readonly TlsVersion[];
}

interface ServerHello {
  readonly certificate: string;
  readonly wantsCertificate: boolean;
}

interface ClientFinished {
  readonly certificate: string | null;
}

/** The first words on a connection: records of the handshake, an alert, or what is no TLS; later bytes are the owner's. */
class Handshake implements ConnectionEvents {
  connection: Connection | null = null;
  /** Bytes that have arrived and were not delivered. */
  #bytes: Buffer = Buffer.alloc(0);
  #owner: ConnectionEvents | null = null;
  readonly #timers: Timers;
  readonly #onRecord: (message: any) => void;
  readonly #onFailed: (error: Error) => void;

  constructor(timers: Timers, onRecord: (message: any) => void, onFailed: (error: Error) => void) {
    this.#timers = timers;
    this.#onRecord = onRecord;
    this.#onFailed = onFailed;
  }

  /** The handshake is done. Bytes that came with its last record are delivered once the owner knows of the connection. */
  handOver(owner: ConnectionEvents): void {
    this.#owner = owner;
    this.#timers.soon(() => this.#deliver(owner));
  }

  send(message: object): void {
    this.connection?.write([record(handshakeType, message)]);
  }

  /** Tells the peer why, and closes. */
  refuse(problem: TlsProblem): void {
    this.connection?.write([record(alertType, { problem })]);
    this.connection?.end();
  }

  onData(buffer: Buffer, start: number, end: number): void {
    if (this.#owner !== null && this.#bytes.length === 0) return this.#owner.onData(buffer, start, end);
    this.#bytes = Buffer.concat([this.#bytes, buffer.subarray(start, end)]);
    while (this.#owner === null && this.#takeRecord());
  }

  onDrain(): void {
    this.#owner?.onDrain();
  }

  onClose(error: Error | null): void {
    if (this.#owner === null) {
      this.#onFailed(new TlsError("closed", "the peer closed the connection during the handshake", null, error ?? undefined));
      return;
    }
    this.#deliver(this.#owner);
    this.#owner.onClose(error);
  }

  #deliver(owner: ConnectionEvents): void {
    const bytes = this.#bytes;
    this.#bytes = Buffer.alloc(0);
    if (bytes.length > 0) owner.onData(bytes, 0, bytes.length);
  }

  /** @returns whether there may be another */
  #takeRecord(): boolean {
    const bytes = this.#bytes;
    if (bytes.length === 0) return false;
    const type = bytes[0];
    if (type !== handshakeType && type !== alertType) {
      this.#onFailed(new TlsError("notTls", "the peer answered with bytes that are not TLS"));
      return false;
    }
    const recordEnd = bytes.length < headerBytes ? Infinity : headerBytes + bytes.readUInt16BE(3);
    if (bytes.length < recordEnd) return false;
    const message = JSON.parse(bytes.toString("utf8", headerBytes, recordEnd)) as { readonly problem?: TlsProblem };
    this.#bytes = bytes.subarray(recordEnd);
    if (message.problem === undefined) this.#onRecord(message);
    else this.#onFailed(new TlsError(message.problem, "the peer ended the handshake"));
    return true;
  }
}

function record(type: number, message: object): Buffer {
  const body = Buffer.from(JSON.stringify(message));
  const header = Buffer.from([type, 3, 3, 0, 0]);
  header.writeUInt16BE(body.length, 3);
  return Buffer.concat([header, body]);
}

/** Secures a connection. @param connect opens it, with the events given */
export function connectSecurely(
  { timers, clock }: Pick<Platform, "timers" | "clock">,
  connect: (events: ConnectionEvents) => Promise<Connection>,
  host: string,
  events: ConnectionEvents,
  tls: TlsOptions,
  signal: AbortSignal | undefined,
): Promise<Connection> {
  return new Promise((resolve, reject) => {
    textsOf(tls.ca ?? []).forEach(parsed);
    let greeted = false;
    const fail = (error: Error): void => {
      handshake.connection?.destroy();
      reject(error);
    };
    const handshake = new Handshake(
      timers,
      (message: ServerHello) => {
        if (greeted) {
          signal?.removeEventListener("abort", giveUp);
          handshake.handOver(events);
          resolve(handshake.connection!);
          return;
        }
        greeted = true;
        const certificate = parsed(message.certificate);
        const problem = tls.rejectUnauthorized === false ? null : problemOf(certificate, host, tls, clock.nowMs());
        if (problem === null) {
          handshake.send({ certificate: tls.cert === undefined ? null : textsOf(tls.cert)[0] });
          return;
        }
        handshake.refuse("certificateRefused");
        fail(new TlsError(problem, "the certificate is refused", certificate));
      },
      fail,
    );
    const giveUp = (): void => fail(signal?.reason as Error);
    connect(handshake).then((connection) => {
      handshake.connection = connection;
      if (signal?.aborted === true) return giveUp();
      signal?.addEventListener("abort", giveUp, { once: true });
      handshake.send({ versions: spoken(tls) });
    }, reject);
  });
}

/** Events of an accepted connection that is handed to `accept` when it is secured. */
export function acceptSecurely(
  { timers, clock }: Pick<Platform, "timers" | "clock">,
  connection: Connection,
  accept: (connection: Connection) => ConnectionEvents,
  tls: TlsServerOptions,
): ConnectionEvents {
  let greeted = false;
  const handshake = new Handshake(
    timers,
    (message: ClientHello & ClientFinished) => {
      if (!greeted) {
        greeted = true;
        if (!message.versions.some((version) => spoken(tls).includes(version))) return handshake.refuse("versions");
        handshake.send({ certificate: textsOf(tls.cert ?? [])[0], wantsCertificate: tls.requestCert ?? false });
        return;
      }
      if (tls.requestCert === true && message.certificate === null) return handshake.refuse("certificateRequired");
      if (tls.requestCert === true && trustProblem(parsed(message.certificate!), tls.ca, clock.nowMs()) !== null) {
        return handshake.refuse("certificateRefused");
      }
      handshake.send({});
      handshake.handOver(accept(connection));
    },
    () => connection.destroy(),
  );
  handshake.connection = connection;
  return handshake;
}

function problemOf(certificate: TlsCertificate, host: string, tls: TlsOptions, nowMs: number): TlsProblem | null {
  const problem = trustProblem(certificate, tls.ca, nowMs);
  if (problem !== null) return problem;
  const name = tls.servername ?? host;
  const { checkServerIdentity } = tls;
  const fits =
    checkServerIdentity === undefined ? certificate.names.includes(name) : checkServerIdentity(name, certificate) === undefined;
  return fits ? null : "nameMismatch";
}

function trustProblem(certificate: TlsCertificate, ca: TlsOptions["ca"], nowMs: number): TlsProblem | null {
  const trusted = textsOf(ca ?? []).map(parsed);
  if (nowMs > certificate.validToMs) return "expired";
  if (nowMs < certificate.validFromMs) return "notYetValid";
  if (trusted.some(({ subject }) => subject === certificate.issuer)) return null;
  return certificate.issuer === certificate.subject ? "selfSigned" : "unknownAuthority";
}

function spoken({ minVersion = "TLSv1.2", maxVersion = "TLSv1.3" }: TlsOptions | TlsServerOptions): readonly TlsVersion[] {
  return versions.slice(versions.indexOf(minVersion), versions.indexOf(maxVersion) + 1);
}

function textsOf(material: TlsMaterial | readonly TlsMaterial[]): readonly string[] {
  return [material].flat().map((each) => (typeof each === "string" ? each : Buffer.from(each).toString()));
}

/** @throws {TlsError} `options` */
function parsed(text: string): TlsCertificate {
  try {
    return JSON.parse(text) as TlsCertificate;
  } catch (error) {
    throw new TlsError("options", "not a certificate of a simulation; make one with simulationCertificate()", null, error);
  }
}
