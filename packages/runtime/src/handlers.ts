import { continueOnError, failOnError, type ErrorHandler, type TaskHandlers } from "@millrace/core";
import type { ResolvedConfig } from "./config.ts";

/** The handlers that the settings name or are. */
export function taskHandlers(
  config: Pick<ResolvedConfig, "deserializationErrors" | "processingErrors" | "serializationErrors">,
): TaskHandlers {
  return {
    deserialization: handler(config.deserializationErrors),
    processing: handler(config.processingErrors),
    serialization: handler(config.serializationErrors),
  };
}

function handler(setting: "fail" | "continue" | ErrorHandler): ErrorHandler {
  if (typeof setting === "function") return setting;
  return setting === "continue" ? continueOnError : failOnError;
}
