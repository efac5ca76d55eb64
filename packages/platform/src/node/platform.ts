import type { Platform } from "../index.ts";
import { nodeClock } from "./clock.ts";
import { nodeFiles } from "./files.ts";
import { NodeRandom } from "./random.ts";
import { nodeTimers } from "./timers.ts";
import { nodeTransport } from "./transport.ts";

/** Options of `nodePlatform`. */
export interface NodePlatformOptions {
  /** Bytes of the buffer into which one outgoing connection reads. Default 256 KiB. */
  readonly readBufferBytes?: number;
}

/** The real world. Platforms share nothing but the machine, so a process may make as many as it likes. */
export function nodePlatform(options: NodePlatformOptions = {}): Platform {
  return {
    clock: nodeClock,
    timers: nodeTimers,
    random: new NodeRandom(),
    transport: nodeTransport(options.readBufferBytes ?? 256 * 1024),
    files: nodeFiles,
  };
}
