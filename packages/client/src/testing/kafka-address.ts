/**
 * The broker that interop tests run against, as `host:port`, from the environment variable MILLRACE_KAFKA; undefined: there is none,
 * and those tests are skipped.
 */
export const kafkaAddress: string | undefined = process.env["MILLRACE_KAFKA"];
