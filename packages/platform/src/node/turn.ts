/**
 * Resolves after one turn of the real event loop, when every promise continuation that could run has run. Only for
 * drivers of virtual time: whoever computes asks `Timers.soon`.
 */
export function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
