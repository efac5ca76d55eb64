/**
 * Settings of an operator as data: its windows, its store, the names of the user's functions. For people and programs that look
 * at a topology, such as `explain`; nothing is computed from them.
 */
export type OperatorSettings = Readonly<Record<string, string | number | boolean>>;

type UserFunction = (...given: never[]) => unknown;

/** Makes settings: a function is there with its name, `anonymous` if it has none; null and undefined are left out. */
export function settingsOf(
  given: Readonly<Record<string, string | number | boolean | UserFunction | null | undefined>>,
): OperatorSettings {
  const settings: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(given)) {
    if (value === null || value === undefined) continue;
    settings[name] = typeof value === "function" ? functionName(value) : value;
  }
  return Object.freeze(settings);
}

/** Name of a user's function, as explanations show it: `anonymous` if it has none. */
export function functionName(userFunction: UserFunction): string {
  return userFunction.name === "" ? "anonymous" : userFunction.name;
}
