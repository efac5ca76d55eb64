/// <reference types="node" preserve="true" />
/** The table of settings, for whatever follows from it: variables of the environment, the page in docs. */
export {
  isPossible,
  neededFor,
  settingsIn,
  type PlainValue,
  type Setting,
  type SettingGroup,
  type SettingRow,
} from "./setting.ts";
export { settingByPath, settings } from "./table.ts";
export { refusals } from "./refused.ts";
export { variableOf } from "./variables.ts";
