import { DecompressedTooLargeError, MalformedCompressionError } from "./errors.ts";

/** Translates an error of `node:zlib` into one of this package. */
export function zlibFailure(
  codec: string,
  error: unknown,
  bytesMax: number,
): DecompressedTooLargeError | MalformedCompressionError {
  if (error instanceof MalformedCompressionError) return error;
  const { code, message } = error as { code?: string; message: string };
  if (code === "ERR_BUFFER_TOO_LARGE") return new DecompressedTooLargeError(codec, bytesMax);
  return new MalformedCompressionError(codec, message, error);
}
