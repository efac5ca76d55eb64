import type { Address, HostProcess, Platform } from "@millrace/platform";
import type { OpenEngine } from "@millrace/runtime";
import type { Registry } from "prom-client";
import type { Environment } from "./settings.ts";

/** Answer to a request. */
export interface HttpAnswer {
  /** HTTP status code. */
  readonly status: number;
  /** Headers of the answer. */
  readonly headers: Readonly<Record<string, string>>;
  /** Text of the answer. */
  readonly body: string;
}

/** `path` is without a query. It must not reject. */
export type HttpHandler = (method: string, path: string) => Promise<HttpAnswer>;

/** Open port for HTTP. */
export interface HttpListener {
  /** Address that it listens on, with the port that it got. */
  readonly address: Address;
  /** Stops listening and cuts what is still connected. */
  close(): Promise<void>;
}

/** The process around a service, as a port: tests bring one of their own. */
export interface Host extends Pick<HostProcess, "onSignal" | "exit"> {
  /** Clock, timers, randomness, network and files. */
  readonly platform: Platform;
  /** Variables of the process. */
  readonly environment: Environment;
  /** Opens what keeps stores on disk. Absent: they are in memory. */
  readonly openEngine?: OpenEngine;
  /** Takes a line of the log, with its line feed. */
  write(line: string): void;
  /** Calls `listener` with the error that is about to end the process because nobody caught it, until the returned function is called. */
  onCrash(listener: (error: unknown) => void): () => void;
  /** Rejects with the operating system's error if the address cannot be taken; port 0 takes a free one. */
  listen(address: Address, handler: HttpHandler): Promise<HttpListener>;
  /** Adds what is to be known of the process: memory, CPU, event loop. */
  observeProcess(registry: Registry): void;
}
