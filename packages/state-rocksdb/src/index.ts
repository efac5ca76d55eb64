/// <reference types="node" preserve="true" />
export {
  EngineClosedError,
  EngineCorruptError,
  EngineFailedError,
  EngineFormatError,
  EngineLockedError,
  EngineMismatchError,
  RocksBindingError,
  TooManyStoresError,
} from "./errors.ts";
export { openEngine, type EngineName, type EngineOptions } from "./open-engine.ts";
