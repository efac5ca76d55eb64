import { type Address, type Connection, type ConnectionEvents, type Timer, TlsError } from "@millrace/platform";
import {
  type AnyApi,
  type Api,
  apiVersions,
  type ApiVersionsRequestInput,
  type ApiVersionsResponse,
  encodeRequest,
  ErrorCode,
  FrameAssembler,
  MalformedMessageError,
  Reader,
  decodeResponseHeader,
} from "@millrace/protocol";

import type { ClientContext } from "../context.ts";
import {
  BrokerError,
  BrokerUnreachableError,
  ClientError,
  ClosedError,
  ConnectionLostError,
  MalformedResponseError,
  reason,
  RequestTimeoutError,
} from "../errors.ts";
import type { Lifetime } from "../lifetime.ts";
import { authenticate, type SaslConnection } from "../sasl/authenticate.ts";
import type { SaslMechanism } from "../sasl/mechanism.ts";
import { HeldRequests, type Request } from "./held-requests.ts";
import { farewell, type Phase } from "./phase.ts";
import { PendingRequests } from "./pending-requests.ts";
import { strangeBytes } from "./strange-bytes.ts";
import type { SilentEnd } from "./silent-ends.ts";
import { secureConnectionError } from "./tls-failure.ts";
import { versionAfterRefusal, VersionRanges } from "./version-ranges.ts";

/** Name and version of this client; brokers demand `[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?` for both (KIP-511). */
const software: ApiVersionsRequestInput = { clientSoftwareName: "millrace", clientSoftwareVersion: "0.1.0" };

const correlationIdMax = 2 ** 31 - 1;

/**
 * Fractions of a session's length between which it is renewed: a random one, so that clients do not renew in step, as in Java
 * (KIP-368).
 */
const renewAfterMin = 0.85;
const renewAfterMax = 0.95;

/**
 * Connection to a broker. Requests are pipelined: written at once, answered in the same order. Anything that breaks that
 * order (a late answer, a wrong correlation id, bytes that do not decode) ends the connection and fails all pending requests.
 *
 * Requests wait while the broker throttles (KIP-219) and while the session is renewed (KIP-368). The first request near the end
 * of the session renews it.
 */
export class BrokerConnection {
  readonly address: string;
  /** Called once, when the connection has ended for any reason. */
  onClosed: (() => void) | null = null;
  readonly #context: ClientContext;
  readonly #host: string;
  readonly #pending: PendingRequests = new PendingRequests();
  readonly #held: HeldRequests;
  readonly #frames: FrameAssembler;
  #connection: Connection | null = null;
  #attempt: AbortController | null = null;
  #versions: VersionRanges | null = null;
  #phase: Phase = "greeting";
  /** Phase in which the peer closed the connection without a reason before it could be used; null: it did not. */
  #silentEnd: SilentEnd | null = null;
  #correlationId = 0;
  #closed = false;
  /** Time at which the session must be renewed; Infinity: it has no end. */
  #renewAtMs = Infinity;
  #renewing = false;
  /** Timer that runs while the broker throttles this client. */
  #throttle: Timer | null = null;
  #throttleTold = false;
  #free: PromiseWithResolvers<void> | null = null;
  #idle: Timer | null = null;
  #usedAtMs = 0;

  private constructor(address: Address, context: ClientContext) {
    this.address = `${address.host}:${address.port}`;
    this.#host = address.host;
    this.#context = context;
    this.#held = new HeldRequests(this.address, context.platform.timers);
    this.#frames = new FrameAssembler(
      // A frame of nothing is told as an answer that does not decode.
      { bytesMin: 0, bytesMax: context.settings.responseBytesMax },
      (frame) => this.#receive(frame),
      (length) => this.#fail(strangeBytes(this.address, length, this.#phase === "greeting", context.settings.tls !== null)),
    );
  }

  /**
   * Connects, agrees on versions and authenticates. The end of `lifetime` ends the attempt, not the connection.
   *
   * @param setupTimeoutMs time until bytes can be exchanged
   * @throws {BrokerUnreachableError} `CLIENT_BROKER_UNREACHABLE`
   * @throws {SecureConnectionError} `CLIENT_TLS_FAILED`
   * @throws {AuthenticationError} `CLIENT_AUTHENTICATION_FAILED`
   * @throws {NotKafkaError} when the server is not a Kafka broker
   */
  static async open(
    address: Address,
    context: ClientContext,
    lifetime: Lifetime,
    setupTimeoutMs: number,
  ): Promise<BrokerConnection> {
    const opening = new BrokerConnection(address, context);
    const release = lifetime.onEnd(() => opening.close());
    try {
      await opening.#connect(address, setupTimeoutMs);
      opening.#versions = await opening.#negotiate(apiVersions.maxVersion);
      if (context.sasl !== null) await opening.#authenticate(context.sasl);
      opening.#phase = "unproved";
      opening.#watchIdle();
      return opening;
    } catch (error) {
      opening.close();
      if (lifetime.closed) throw lifetime.closedError();
      context.silentEnds.note(opening.address, opening.#silentEnd);
      // Another attempt cannot help here, so the error is thrown as it is.
      if (error instanceof ClientError && !error.retriable) throw error;
      throw new BrokerUnreachableError([opening.address], error);
    } finally {
      release();
    }
  }

  get closed(): boolean {
    return this.#closed;
  }

  get pendingCount(): number {
    return this.#pending.count;
  }

  /** Chooses the newest version of `api` that both sides speak. @throws {UnsupportedVersionError} */
  version(api: AnyApi, maxVersion?: number): number {
    if (this.#versions === null) throw new ClosedError(`The connection to broker ${this.address}`);
    return this.#versions.choose(api, maxVersion);
  }

  /**
   * Returns undefined if a request would be written at once, else a promise of that moment. It also resolves when the connection
   * closes.
   */
  whenFree(): Promise<void> | undefined {
    if (this.#mayWrite()) return undefined;
    this.#free ??= Promise.withResolvers<void>();
    return this.#free.promise;
  }

  /**
   * Writes a request, or holds it until it may be written, and waits for its answer.
   *
   * @throws {RequestTimeoutError} after `timeoutMs`; the connection is then closed, since the answer could still come
   * @throws {ConnectionLostError} when the connection ends before the answer
   */
  request<Response, Input>(
    api: Api<any, Response, Input, any>,
    version: number,
    body: Input,
    timeoutMs: number,
  ): Promise<Response> {
    return new Promise<Response>((resolve, reject) => {
      const request = { api, version, body, timeoutMs, resolve: resolve as (response: unknown) => void, reject };
      if (this.#mayWrite()) this.#write(request);
      else this.#held.add(request);
    });
  }

  /** Closes at once and rejects pending requests with `error`, by default `CLIENT_CLOSED`. Idempotent. */
  close(error: ClientError = new ClosedError(`The connection to broker ${this.address}`)): void {
    this.#fail(error);
  }

  /** Closes and resets the connection: bytes that have not reached the broker yet never do. */
  reset(error: ClientError): void {
    if (this.#closed) return;
    this.#connection?.reset();
    this.#fail(error);
  }

  async #connect(address: Address, timeoutMs: number): Promise<void> {
    const { platform, settings } = this.#context;
    const attempt = new AbortController();
    this.#attempt = attempt;
    const timer = platform.timers.after(timeoutMs, () => {
      this.#fail(new RequestTimeoutError("the connection attempt", this.address, timeoutMs));
    });
    try {
      const options = { signal: attempt.signal, tls: settings.tls };
      this.#connection = await platform.transport.connect(address, this.#events(), options);
    } catch (error) {
      if (error instanceof TlsError && error.problem === "closed") this.#silentEnd = "handshake";
      throw this.#explained(error);
    } finally {
      timer.cancel();
      this.#attempt = null;
    }
    if (!this.#closed) return;
    // The attempt was given up at the moment at which it succeeded.
    this.#connection.destroy();
    throw attempt.signal.reason as Error;
  }

  #events(): ConnectionEvents {
    return {
      onData: (buffer, start, end) => this.#frames.push(buffer, start, end),
      onDrain: () => {},
      onClose: (error) => this.#fail(this.#lost(error)),
    };
  }

  #lost(error: Error | null): ClientError {
    const explained = this.#explained(error);
    if (explained instanceof ClientError) return explained;
    const { settings, sasl } = this.#context;
    const phase = this.#phase === "unproved" && this.#pending.count === 0 ? "serving" : this.#phase;
    if (isWordless(error)) this.#noteSilentEnd(phase);
    const detail = farewell(phase, settings.tls !== null, sasl !== null);
    return new ConnectionLostError(this.address, error === null ? detail : `${detail} (${reason(error)})`, error);
  }

  #noteSilentEnd(phase: Phase): void {
    const { silentEnds, sasl } = this.#context;
    if (phase === "greeting") this.#silentEnd = "greeting";
    else if (phase === "unproved" && sasl === null) silentEnds.note(this.address, "firstRequest");
  }

  /** Explains a failure of TLS in terms of the settings. Returns any other as it is. */
  #explained(error: unknown): unknown {
    if (!(error instanceof TlsError)) return error;
    const { settings, platform } = this.#context;
    return secureConnectionError(this.address, settings.tls?.servername ?? this.#host, platform.clock.nowMs(), error);
  }

  async #negotiate(version: number): Promise<VersionRanges> {
    const response = await this.#ask(apiVersions, version, software);
    if (response.errorCode === ErrorCode.UNSUPPORTED_VERSION && version > 0) {
      return this.#negotiate(versionAfterRefusal(response, version));
    }
    if (response.errorCode !== ErrorCode.NONE) throw new BrokerError("ApiVersions", response.errorCode);
    return new VersionRanges(this.address, response);
  }

  async #authenticate(sasl: SaslMechanism): Promise<void> {
    if (this.#phase === "greeting") this.#phase = "authenticating";
    const connection: SaslConnection = {
      address: this.address,
      speaks: (api) => this.#versions!.has(api),
      ask: (api, body) => this.#ask(api, this.version(api), body),
    };
    const sessionMs = await authenticate(connection, sasl);
    const { clock, random } = this.#context.platform;
    const part = renewAfterMin + ((renewAfterMax - renewAfterMin) * random.uint32()) / 2 ** 32;
    this.#renewAtMs = sessionMs > 0 ? clock.monotonicMs() + sessionMs * part : Infinity;
  }

  /** Writes a request at once, ahead of held ones. */
  #ask<Response, Input>(api: Api<any, Response, Input, any>, version: number, body: Input): Promise<Response> {
    const timeoutMs = this.#context.settings.requestTimeoutMs;
    return new Promise<Response>((resolve, reject) => {
      this.#write({ api, version, body, timeoutMs, resolve: resolve as (response: unknown) => void, reject });
    });
  }

  #mayWrite(): boolean {
    // A write to a closed connection fails with its own error.
    if (this.#closed) return true;
    if (this.#renewing || this.#throttle !== null) return false;
    if (this.#renewAtMs === Infinity || this.#context.platform.clock.monotonicMs() < this.#renewAtMs) return true;
    this.#renew();
    return false;
  }

  #write({ api, version, body, timeoutMs, resolve, reject }: Request): void {
    if (this.#closed || this.#connection === null) {
      reject(new ConnectionLostError(this.address, `it was closed before ${api.name} was sent`));
      return;
    }
    const { settings, platform } = this.#context;
    const correlationId = this.#correlationId;
    let chunks: Uint8Array[];
    try {
      chunks = encodeRequest(api, version, { correlationId, clientId: settings.clientId }, body);
    } catch (error) {
      // The body holds a value that cannot be written. Nothing is pending.
      reject(error as Error);
      return;
    }
    this.#correlationId = correlationId === correlationIdMax ? 0 : correlationId + 1;
    const timer = platform.timers.after(timeoutMs, () => {
      this.#fail(new RequestTimeoutError(api.name, this.address, timeoutMs));
    });
    this.#pending.add({ correlationId, api, version, timer, resolve, reject });
    this.#usedAtMs = platform.clock.monotonicMs();
    this.#connection.write(chunks);
  }

  /** Authenticates anew, behind the requests that are under way. New requests are held meanwhile. */
  #renew(): void {
    this.#renewing = true;
    this.#authenticate(this.#context.sasl!).then(
      () => {
        this.#renewing = false;
        this.#release();
      },
      (error: unknown) => this.#fail(error as Error),
    );
  }

  #throttled(throttleMs: number): void {
    const { platform, settings } = this.#context;
    const fields = { broker: this.address, throttleMs };
    settings.log(this.#throttleTold ? "debug" : "warn", "holding requests, since a broker throttles this client", fields);
    this.#throttleTold = true;
    this.#throttle?.cancel();
    this.#throttle = platform.timers.after(throttleMs, () => {
      this.#throttle = null;
      this.#release();
    });
  }

  #release(): void {
    if (this.#renewing || this.#throttle !== null) return;
    for (const request of this.#held.takeAll()) this.#write(request);
    this.#free?.resolve();
    this.#free = null;
  }

  /** Closes the connection when it was idle for long. A broker would close it too, perhaps in the middle of a request. */
  #watchIdle(): void {
    const { platform, settings } = this.#context;
    const { connectionsMaxIdleMs } = settings;
    if (connectionsMaxIdleMs < 0 || this.#closed) return;
    const leftMs = this.#usedAtMs + connectionsMaxIdleMs - platform.clock.monotonicMs();
    if (leftMs <= 0 && this.#pending.count === 0) {
      this.#fail(new ConnectionLostError(this.address, `it was not used for ${connectionsMaxIdleMs} ms`));
      return;
    }
    // A pending answer keeps the connection open.
    this.#idle = platform.timers.after(leftMs > 0 ? leftMs : connectionsMaxIdleMs, () => this.#watchIdle());
  }

  #receive(frame: Buffer): void {
    const request = this.#pending.takeFirst();
    if (request === undefined) return this.#fail(new MalformedResponseError(this.address, "an answer to no request"));
    request.timer.cancel();
    let response: unknown;
    try {
      response = readResponse(request.api, request.version, request.correlationId, frame);
    } catch (error) {
      const malformed = new MalformedResponseError(this.address, `${request.api.name}, ${reason(error)}`, error);
      request.reject(malformed);
      return this.#fail(malformed);
    }
    if (this.#phase === "unproved") {
      this.#phase = "serving";
      this.#context.silentEnds.prove();
    }
    const { throttleTimeMs = 0 } = response as { readonly throttleTimeMs?: number };
    if (throttleTimeMs > 0) this.#throttled(throttleTimeMs);
    request.resolve(response);
  }

  #fail(error: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#frames.stop();
    this.#attempt?.abort(error);
    this.#connection?.destroy();
    this.#throttle?.cancel();
    this.#idle?.cancel();
    for (const request of this.#pending.takeAll()) {
      request.timer.cancel();
      request.reject(error);
    }
    for (const request of this.#held.takeAll()) request.reject(error);
    this.#free?.resolve();
    this.onClosed?.();
  }
}

/** Tells if the peer closed the connection without an error. A close with unread bytes looks like a reset, so it counts too. */
function isWordless(error: Error | null): boolean {
  return error === null || ("code" in error && (error.code === "ECONNRESET" || error.code === "EPIPE"));
}

function readResponse(api: AnyApi, version: number, correlationId: number, frame: Buffer): unknown {
  const reader = new Reader(frame);
  const answered = decodeResponseHeader(reader, api, version);
  if (answered !== correlationId) {
    throw new MalformedMessageError(`correlation id ${answered} where ${correlationId} was due`, 0);
  }
  // A broker that does not know this version of ApiVersions answers in version 0 (KIP-511).
  if (api.key === apiVersions.key && frame.length >= reader.position + 2) {
    const refused = frame.readInt16BE(reader.position) === ErrorCode.UNSUPPORTED_VERSION;
    if (refused) return readRefusal(reader);
  }
  return api.response.read(reader, version);
}

/** Reads a refusal of ApiVersions. Old brokers send only the error code, without the list of version 0. */
function readRefusal(reader: Reader): ApiVersionsResponse {
  if (reader.end - reader.position > 2) return apiVersions.response.read(reader, 0);
  return {
    errorCode: ErrorCode.UNSUPPORTED_VERSION,
    apiKeys: [],
    throttleTimeMs: 0,
    supportedFeatures: [],
    finalizedFeaturesEpoch: -1n,
    finalizedFeatures: [],
    zkMigrationReady: false,
  };
}
