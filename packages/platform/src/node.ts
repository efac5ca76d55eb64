/// <reference types="node" preserve="true" />
/** The ports over Node: the machine's clock, the event loop's timers, the operating system's sockets and files. */
export { nodePlatform, type NodePlatformOptions } from "./node/platform.ts";
export { nodeProcess } from "./node/process.ts";
export { temporaryDirectory } from "./node/temporary-directory.ts";
export {
  type CommandLine,
  type CommandLineAnswer,
  commandLine,
  type Program,
  type ProgramOption,
  readCommandLine,
  wrongArguments,
} from "./node/command-line.ts";
