/**
 * The part of the Standard Schema interface, version 1, that `json` uses: zod, valibot, arktype and others implement it.
 * Structural, so that no dependency is needed.
 *
 * @see https://standardschema.dev
 */
export interface StandardSchema<Output = unknown> {
  /** Field by which a schema is known. `json` calls `validate`, which must answer without a promise. */
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    validate(value: unknown): SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

/** Result of a validation: the value as the schema types it, or the issues. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

/** One reason for which a schema refuses a value. */
export interface SchemaIssue {
  /** Reason, in the words of the schema's library. */
  readonly message: string;
  /** Keys that lead from the value to the place of the issue; absent or empty: the value itself. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** An issue's path as in a program: `items[2].price`; empty for the value itself. */
export function issuePath(issue: SchemaIssue): string {
  let text = "";
  for (const segment of issue.path ?? []) {
    const key = typeof segment === "object" ? segment.key : segment;
    if (typeof key === "number") text += `[${key}]`;
    else text += text === "" ? String(key) : `.${String(key)}`;
  }
  return text;
}
