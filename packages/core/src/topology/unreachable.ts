/** The end of a switch over all kinds: a new kind that is forgotten there does not compile. */
export function unreachable(value: never): never {
  return value;
}
