/// <reference types="node" preserve="true" />
/** A cluster in one process and in virtual time: broker, applications and their crashes, decided by a seed. */
export { SimulatedCluster, type SimulatedClusterOptions } from "./simulated-cluster.ts";
export type { SimulatedApplication, SimulatedStreamsConfig } from "./simulated-application.ts";
export type { SimulatedBroker, SimulatedBrokerOptions } from "./simulated-broker.ts";
export { SimulatedState } from "./simulated-state.ts";
export type { StateWatch, StateWatchFigures, StateWatchOptions } from "./state-watch.ts";
export type { SimulatedUser, UserRecord } from "./simulated-user.ts";
export { ApplicationFailedError, InvariantViolatedError, SimulationFailedError } from "./errors.ts";
