/// <reference types="node" preserve="true" />
/** A stream application as a service: what a container runs. */
export { runService } from "./run-service.ts";
export type { PlainValue, Setting, SettingGroup, SettingRow } from "@millrace/runtime/settings";
export { securityVariables, type SecurityVariable } from "./security-variables.ts";
export { serviceSettings } from "./service-settings.ts";
export { variables, type Environment, type ServiceConfig } from "./settings.ts";
export type { Host, HttpAnswer, HttpHandler, HttpListener } from "./host.ts";
export { HttpListenError, InvalidVariableError, MissingVariableError } from "./errors.ts";
