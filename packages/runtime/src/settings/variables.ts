/** The variable of the environment that gives a setting: `COMMIT_INTERVAL_MS`, `PRODUCER_MAX_REQUEST_SIZE`. */
export function variableOf(path: string): string {
  return path
    .replaceAll(".", "_")
    .replaceAll(/[A-Z]/g, (letter) => `_${letter}`)
    .toUpperCase();
}
