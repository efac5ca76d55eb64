/** Scenarios in which we depart from Java on purpose, by name, each with its reason. They count as `differs`, whatever they show. */
export const differs: Readonly<Record<string, string>> = {};
