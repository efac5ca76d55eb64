const headers =
  "Headers are immutable here: what a processor adds is seen by the nodes below it. In Java it changes the record's own headers, which siblings and later forwards see.";

/** Scenarios in which we depart from Java on purpose, by name, each with its reason. They count as `differs`, whatever they show. */
export const differs: Readonly<Record<string, string>> = {
  "generated/gen-00013": headers,
  "generated/gen-00193": headers,
  "generated/gen-00210": headers,
  "generated/gen-00222": headers,
  "processor-api/depth-first": headers,
};
