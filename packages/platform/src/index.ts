/// <reference types="node" preserve="true" />
/**
 * Ports to the outside world. Everything that is not a pure function of its inputs comes in through one of these, so
 * that a whole cluster can run in one process, in virtual time, under a seed.
 */

import type { TlsFault, TlsOptions, TlsServerOptions } from "./tls.ts";

export { editDistance } from "./edit-distance.ts";
export { FileClosedError } from "./file-closed-error.ts";
export { safeLog, silent, type Log, type LogLevel } from "./log.ts";
export { safely } from "./safely.ts";
export {
  type TlsCertificate,
  TlsError,
  type TlsFault,
  type TlsIdentity,
  type TlsMaterial,
  type TlsOptions,
  type TlsProblem,
  type TlsServerOptions,
  type TlsVersion,
} from "./tls.ts";

/** Time of the machine, in two clocks: one to say when something happened, one to measure how long it took. */
export interface Clock {
  /** Milliseconds since the epoch, an integer; may jump, also back, when the machine's clock is set. */
  nowMs(): number;
  /**
   * Milliseconds since a moment of the program's past, an integer; never goes back, whatever the machine's clock is set to. Use it for
   * timeouts and pauses. It may stand still while the machine sleeps.
   */
  monotonicMs(): number;
}

/** A pending call; `cancel` after it ran, or twice, does nothing. */
export interface Timer {
  /** Takes the call back, if it has not happened. */
  cancel(): void;
}

/** Calls that happen later. */
export interface Timers {
  /** Calls `run` once, `delayMs` (at least 0) from now. */
  after(delayMs: number, run: () => void): Timer;
  /** Calls `run` once, after the events that are ready now: how a long computation lets sockets and timers have a turn. */
  soon(run: () => void): void;
}

/** Source of random numbers. */
export interface Random {
  /** A uniformly distributed integer in `[0, 2^32)`. */
  uint32(): number;
}

/** Host and port. */
export interface Address {
  /** Name or IP address. */
  readonly host: string;
  /** TCP port; 0 only where a free one is asked for. */
  readonly port: number;
}

/** Events that a connection reports to its owner. None is reported before `connect` resolved or `accept` returned. */
export interface ConnectionEvents {
  /** Bytes `[start, end)` of `buffer` arrived. They are valid during this call only: the buffer is reused. */
  onData(buffer: Buffer, start: number, end: number): void;
  /** Nothing is queued any more; called once after a `write` that left `bytesQueued` above 0. */
  onDrain(): void;
  /** The connection is gone; called exactly once, nothing follows. `null`: closed in good order. */
  onClose(error: Error | null): void;
}

/** TCP connection, with or without TLS. */
export interface Connection {
  /** `host:port` of the peer, for logs. */
  readonly remote: string;
  /** The address of this side; of an accepted connection the one by which the peer came. */
  readonly local: Address;
  /** Bytes handed to `write` that the operating system has not taken yet. */
  readonly bytesQueued: number;
  /** Queues bytes in order; the transport owns them until they are sent. A closed connection ignores them. */
  write(chunks: readonly Uint8Array[]): void;
  /** Stops (and lets go on) the delivery of `onData`. */
  pause(): void;
  /** Delivers `onData` again after `pause`. */
  resume(): void;
  /** Sends what is queued, then closes. */
  end(): void;
  /** Closes at once, dropping what is queued; what the operating system has taken may still arrive, even much later. */
  destroy(): void;
  /** Closes at once with a reset: what has not arrived yet never does. */
  reset(): void;
}

/** Open port that accepts connections. */
export interface Listener {
  /** Address that it listens on, with the port that it got. */
  readonly address: Address;
  /** Stops accepting; connections already accepted stay open. */
  close(): Promise<void>;
}

/** Options of one attempt to connect. */
export interface ConnectOptions {
  /**
   * Gives the attempt up, which then rejects with the signal's reason and leaves nothing behind; a connection that is there
   * already it leaves alone.
   */
  readonly signal?: AbortSignal | undefined;
  /** Secures the connection before it is handed over. Null and default: plaintext. */
  readonly tls?: TlsOptions | null;
}

/** Options of a listener. */
export interface ListenOptions {
  /** Secures connections before they are accepted; who fails at that is cut off. Null and default: plaintext. */
  readonly tls?: TlsServerOptions | null;
}

/** Network. */
export interface Transport {
  /** Looks at options of TLS before there is a connection; null: nothing is wrong with them. Absent: they are looked at on connecting. */
  checkTls?(tls: TlsOptions): TlsFault | null;
  /**
   * Rejects with the operating system's error (`code` such as `ECONNREFUSED`), or with a `TlsError`. An error of TLS may also come
   * with `onClose`: in TLS 1.3 a server looks at the client's certificate when the client is done.
   */
  connect(address: Address, events: ConnectionEvents, options?: ConnectOptions): Promise<Connection>;
  /** Port 0 takes a free one; `Listener.address` tells which. */
  listen(address: Address, accept: (connection: Connection) => ConnectionEvents, options?: ListenOptions): Promise<Listener>;
}

/**
 * An open file. Reads and writes are synchronous, since they go to the page cache; only `sync` waits for the disk, and
 * what was not synced may be lost, wholly, from any byte on, or page by page, when the machine stops.
 */
export interface File {
  /** Path by which it was opened. */
  readonly path: string;
  /** Length in bytes. */
  size(): number;
  /** Reads up to `length` bytes at `position` into `into` from `at` on; returns how many there were. */
  read(into: Uint8Array, at: number, length: number, position: number): number;
  /** Writes all chunks, one after the other, from `position` on. */
  write(chunks: readonly Uint8Array[], position: number): void;
  /** Cuts it to `length` bytes. */
  truncate(length: number): void;
  /** Resolves when what was written is on the disk. */
  sync(): Promise<void>;
  /** Closes it; further use throws `FileClosedError`. */
  close(): void;
}

/** File system. */
export interface Files {
  /** `create` makes the file if it is missing (its directory must exist); otherwise a missing file is an `ENOENT` error. */
  open(path: string, options?: { readonly create?: boolean }): File;
  /** The whole file, or null if there is none. */
  readAll(path: string): Buffer | null;
  /** Returns true if there is a file or directory at the path. */
  exists(path: string): boolean;
  /** Names in a directory, sorted; empty if there is none. */
  list(path: string): string[];
  /** Makes a directory and those above it; an existing one is no error. */
  makeDirectory(path: string): void;
  /** Replaces `to` if it exists; durable only after `syncDirectory`. */
  rename(from: string, to: string): void;
  /** Removes a file or a whole directory; a missing one is no error. */
  remove(path: string): void;
  /** Makes creations, renames and removals in a directory durable. */
  syncDirectory(path: string): Promise<void>;
  /**
   * Takes the lock of that path, for which there may be a file there meanwhile. It ends with `release`, or with the program,
   * however that ends. Null: a running program of this machine, or this one itself, has it.
   */
  lock(path: string): FileLock | null;
}

/** Lock that this program holds. */
export interface FileLock {
  /** Called again, it does nothing. */
  release(): void;
}

/** All ports together. */
export interface Platform {
  /** Wall-clock time. */
  readonly clock: Clock;
  /** Timers. */
  readonly timers: Timers;
  /** Random numbers. */
  readonly random: Random;
  /** Network. */
  readonly transport: Transport;
  /** File system. */
  readonly files: Files;
}

/** A signal by which somebody asks a process to end. */
export type Signal = "SIGINT" | "SIGTERM";

/** The process that a program runs in, as far as the platform is not. */
export interface HostProcess {
  /** Writes a text to people: to stderr. */
  writeError(text: string): void;
  /** True if the output is a terminal on which colours are wanted. */
  readonly showsColors: boolean;
  /** Calls `listener` on every signal, which then does not end the process by itself, until the returned function is called. */
  onSignal(listener: (signal: Signal) => void): () => void;
  /** Ends the process at once. */
  exit(code: number): void;
  /**
   * If nobody catches `error`, the process ends with code 1 after `tell`, in place of the runtime's own dump of the error and its causes.
   * Other errors, and a program with a listener of its own for such, are not touched.
   */
  onUncaught(error: Error, tell: () => void): void;
}

/** Resolves `delayMs` from now. */
export function sleep(timers: Timers, delayMs: number): Promise<void> {
  return new Promise((resolve) => void timers.after(delayMs, resolve));
}

/** Resolves after the events that are ready now. */
export function yieldTo(timers: Timers): Promise<void> {
  return new Promise((resolve) => {
    timers.soon(resolve);
  });
}

const waitPauseMsMax = 60_000;

/** Calls `tell` after `firstMs`, and again after pauses that double up to a minute, until the returned function is called. */
export function whileWaiting(timers: Timers, clock: Clock, firstMs: number, tell: (waitedMs: number) => void): () => void {
  const beganMs = clock.monotonicMs();
  let pauseMs = firstMs;
  const told = (): void => {
    tell(clock.monotonicMs() - beganMs);
    pauseMs = Math.min(2 * pauseMs, waitPauseMsMax);
    timer = timers.after(pauseMs, told);
  };
  let timer = timers.after(firstMs, told);
  return () => timer.cancel();
}
