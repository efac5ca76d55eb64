/// <reference types="node" preserve="true" />
/** The ports in virtual time: many hosts with their network and disks in one process, ordered by a seed alone. */
export {
  HostCrashedError,
  HostStateError,
  SimulationFileError,
  SimulationLimitError,
  SimulationNetworkError,
  SimulationReentryError,
  SimulationStalledError,
} from "./sim/errors.ts";
export type { DiskOperation } from "./sim/disk.ts";
export type { CrashOptions, Host, RangeMs } from "./sim/host.ts";
export { type RunLimits, Simulation, type SimulationOptions } from "./sim/simulation.ts";
export { simulationCertificate } from "./sim/tls.ts";
