import { StreamsError, thrownText } from "@millrace/core";

/** The text of a variable cannot be the value of its setting. */
export class InvalidVariableError extends StreamsError {
  readonly code = "STREAMS_INVALID_VARIABLE";
  readonly retriable = false;

  constructor(name: string, text: string, needed: string, cause?: unknown) {
    super(
      `Environment variable ${name} is ${JSON.stringify(text)}; it must be ${needed}.`,
      cause === undefined ? undefined : { cause },
    );
  }
}

/** A setting that has no default is in neither the program nor the environment. */
export class MissingVariableError extends StreamsError {
  readonly code = "STREAMS_MISSING_VARIABLE";
  readonly retriable = false;

  constructor(name: string, example: string) {
    super(`Environment variable ${name} is not set. Set it, for example to ${JSON.stringify(example)}.`);
  }
}

/** The port for health and metrics could not be taken; `cause` is the operating system's error. */
export class HttpListenError extends StreamsError {
  readonly code = "STREAMS_HTTP_LISTEN_FAILED";
  readonly retriable = true;

  constructor(host: string, port: number, cause: unknown) {
    super(
      `Health and metrics cannot be served on ${host}:${String(port)}: ${thrownText(cause)}. ` +
        `Set HTTP_PORT to a free port, or to 0 for any.`,
      { cause },
    );
  }
}
