import type { KafkaStreams } from "@millrace/runtime";

/** The codes of an error and of its causes, outermost first. */
export function codes(error: unknown): string[] {
  const found: string[] = [];
  for (let at: unknown = error; at instanceof Error; at = at.cause) if ("code" in at) found.push(String(at.code));
  return found;
}

/** What a start fails with. */
export async function failure(streams: KafkaStreams): Promise<Error> {
  try {
    await streams.start();
  } catch (error) {
    return error as Error;
  }
  return new RangeError("it started");
}
