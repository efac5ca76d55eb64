import { wholeNumber } from "../config.ts";
import type { FetcherOptions } from "./fetched.ts";

export interface FetcherSettings {
  readonly fetchWaitMaxMs: number;
  readonly fetchBytesMin: number;
  readonly fetchBytesMax: number;
  readonly partitionBytesMax: number;
  /** Rack of this client; empty: none. */
  readonly rackId: string;
  readonly bufferBytesMax: number;
}

const mib = 1024 * 1024;
const int32Max = 2 ** 31 - 1;

/** Checks options and fills in the defaults. @throws {InvalidConfigError} `CLIENT_INVALID_CONFIG` */
export function fetcherSettings(options: FetcherOptions): FetcherSettings {
  return {
    fetchWaitMaxMs: wholeNumber("fetchWaitMaxMs", options.fetchWaitMaxMs ?? 500, 0, int32Max),
    fetchBytesMin: wholeNumber("fetchBytesMin", options.fetchBytesMin ?? 1, 0, int32Max),
    fetchBytesMax: wholeNumber("fetchBytesMax", options.fetchBytesMax ?? 2 * mib, 1, int32Max),
    partitionBytesMax: wholeNumber("partitionBytesMax", options.partitionBytesMax ?? mib, 1, int32Max),
    rackId: options.rackId ?? "",
    bufferBytesMax: wholeNumber("bufferBytesMax", options.bufferBytesMax ?? 4 * mib, 1),
  };
}
