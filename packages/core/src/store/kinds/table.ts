/* The table of all kinds of stores: a kind's name in specs is the name of its export. A new kind is one file and one line here. */

export { keyValue, timestampedKeyValue } from "./key-value.ts";
export { timestampedWindow, window } from "./window.ts";
