import type { Address, Connection, ConnectionEvents } from "@millrace/platform";
import {
  type AnyApi,
  type Api,
  apiVersions,
  type ApiVersionsRequestInput,
  type ApiVersionsResponse,
  encodeRequest,
  ErrorCode,
  MalformedMessageError,
  Reader,
  decodeResponseHeader,
} from "@millrace/protocol";

import type { ClientContext } from "../context.ts";
import {
  BrokerError,
  BrokerUnreachableError,
  type ClientError,
  ClosedError,
  ConnectionLostError,
  MalformedResponseError,
  reason,
  RequestTimeoutError,
} from "../errors.ts";
import type { Lifetime } from "../lifetime.ts";
import { FrameAssembler } from "./frame-assembler.ts";
import { PendingRequests } from "./pending-requests.ts";
import { versionAfterRefusal, VersionRanges } from "./version-ranges.ts";

/** Kafka wants `[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?` for both (KIP-511). */
const software: ApiVersionsRequestInput = { clientSoftwareName: "millrace", clientSoftwareVersion: "0.1.0" };

const correlationIdMax = 2 ** 31 - 1;

/**
 * One TCP connection to a broker. Requests are pipelined: written at once, answered in the same order. Whatever breaks that
 * order (a late answer, a wrong correlation id, bytes that do not decode) ends the connection and fails all that is pending.
 */
export class BrokerConnection {
  readonly address: string;
  /** Called once, when the connection is gone for whatever reason. */
  onClosed: (() => void) | null = null;
  readonly #context: ClientContext;
  readonly #pending: PendingRequests = new PendingRequests();
  readonly #frames: FrameAssembler;
  #connection: Connection | null = null;
  #attempt: AbortController | null = null;
  #versions: VersionRanges | null = null;
  #correlationId = 0;
  #closed = false;

  private constructor(address: string, context: ClientContext) {
    this.address = address;
    this.#context = context;
    this.#frames = new FrameAssembler(
      context.settings.responseBytesMax,
      (frame) => this.#receive(frame),
      (length) => this.#fail(new MalformedResponseError(address, `a frame of ${length} bytes`)),
    );
  }

  /**
   * Connects and agrees on versions. The end of `lifetime` ends the attempt, not the connection.
   *
   * @throws {BrokerUnreachableError} `CLIENT_BROKER_UNREACHABLE`
   * @throws {MalformedResponseError} when something else than a Kafka broker answers
   */
  static async open(address: Address, context: ClientContext, lifetime: Lifetime): Promise<BrokerConnection> {
    const opening = new BrokerConnection(`${address.host}:${address.port}`, context);
    const release = lifetime.onEnd(() => opening.close());
    try {
      await opening.#connect(address);
      opening.#versions = await opening.#negotiate(apiVersions.maxVersion);
      return opening;
    } catch (error) {
      opening.close();
      if (error instanceof MalformedResponseError) throw error;
      if (lifetime.closed) throw lifetime.closedError();
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

  /** The version in which `api` is spoken here. @throws {UnsupportedVersionError} */
  version(api: AnyApi, maxVersion?: number): number {
    if (this.#versions === null) throw new ClosedError(`The connection to broker ${this.address}`);
    return this.#versions.choose(api, maxVersion);
  }

  /**
   * Writes a request and waits for its answer.
   *
   * @throws {RequestTimeoutError} after `timeoutMs`; the connection is then closed, for the answer could still come
   * @throws {ConnectionLostError} when the connection ends before the answer
   */
  request<Response, Input>(
    api: Api<any, Response, Input, any>,
    version: number,
    body: Input,
    timeoutMs: number,
  ): Promise<Response> {
    return new Promise<Response>((resolve, reject) => {
      if (this.#closed || this.#connection === null) {
        reject(new ConnectionLostError(this.address, `it was closed before ${api.name} was sent`));
        return;
      }
      const correlationId = this.#correlationId;
      const { clientId } = this.#context.settings;
      // Encoding may throw on a bad value; nothing is pending then, and the promise rejects.
      const chunks = encodeRequest(api, version, { correlationId, clientId }, body);
      this.#correlationId = correlationId === correlationIdMax ? 0 : correlationId + 1;
      const timer = this.#context.platform.timers.after(timeoutMs, () => {
        this.#fail(new RequestTimeoutError(api.name, this.address, timeoutMs));
      });
      this.#pending.add({ correlationId, api, version, timer, resolve: resolve as (response: unknown) => void, reject });
      this.#connection.write(chunks);
    });
  }

  /** Closes at once; pending requests are rejected, with `error` or `CLIENT_CLOSED`. Idempotent. */
  close(error: ClientError = new ClosedError(`The connection to broker ${this.address}`)): void {
    this.#fail(error);
  }

  /** Like `close`, and what of the pending requests has not reached the broker yet never does. */
  reset(error: ClientError): void {
    if (this.#closed) return;
    this.#connection?.reset();
    this.#fail(error);
  }

  async #connect(address: Address): Promise<void> {
    const { platform, settings } = this.#context;
    const attempt = new AbortController();
    this.#attempt = attempt;
    const timer = platform.timers.after(settings.connectionTimeoutMs, () => {
      this.#fail(new RequestTimeoutError("the connection attempt", this.address, settings.connectionTimeoutMs));
    });
    try {
      this.#connection = await platform.transport.connect(address, this.#events(), { signal: attempt.signal });
    } finally {
      timer.cancel();
      this.#attempt = null;
    }
    if (!this.#closed) return;
    // It was given up in the very moment in which it succeeded.
    this.#connection.destroy();
    throw attempt.signal.reason as Error;
  }

  #events(): ConnectionEvents {
    return {
      onData: (buffer, start, end) => this.#frames.push(buffer, start, end),
      onDrain: () => {},
      onClose: (error) =>
        this.#fail(new ConnectionLostError(this.address, error === null ? "the broker closed it" : reason(error), error)),
    };
  }

  async #negotiate(version: number): Promise<VersionRanges> {
    const response = await this.request(apiVersions, version, software, this.#context.settings.requestTimeoutMs);
    if (response.errorCode === ErrorCode.UNSUPPORTED_VERSION && version > 0) {
      return this.#negotiate(versionAfterRefusal(response, version));
    }
    if (response.errorCode !== ErrorCode.NONE) throw new BrokerError("ApiVersions", response.errorCode);
    return new VersionRanges(this.address, response);
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
    request.resolve(response);
  }

  #fail(error: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#frames.stop();
    this.#attempt?.abort(error);
    this.#connection?.destroy();
    for (const request of this.#pending.takeAll()) {
      request.timer.cancel();
      request.reject(error);
    }
    this.onClosed?.();
  }
}

function readResponse(api: AnyApi, version: number, correlationId: number, frame: Buffer): unknown {
  const reader = new Reader(frame);
  const answered = decodeResponseHeader(reader, api, version);
  if (answered !== correlationId) {
    throw new MalformedMessageError(`correlation id ${answered} where ${correlationId} was due`, 0);
  }
  // A broker that does not know the version of ApiVersions answers in version 0, whatever was asked (KIP-511).
  if (api.key === apiVersions.key && frame.length >= reader.position + 2) {
    const refused = frame.readInt16BE(reader.position) === ErrorCode.UNSUPPORTED_VERSION;
    if (refused) return readRefusal(reader);
  }
  return api.response.read(reader, version);
}

/** Old brokers send the error code alone, without the list that version 0 has. */
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
