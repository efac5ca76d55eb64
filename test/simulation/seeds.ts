/** Seeds to run: `MILLRACE_SEEDS=7` or `MILLRACE_SEEDS=1-500`. Default: the given range. */
export function seeds(first: number, last: number): readonly number[] {
  const given = /^(\d+)(?:-(\d+))?$/.exec(process.env["MILLRACE_SEEDS"] ?? "");
  const [from, to] = given === null ? [first, last] : [Number(given[1]), Number(given[2] ?? given[1])];
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

/** The command that runs one seed of a file again. */
export function replay(seed: number, file: string): string {
  return `MILLRACE_SEEDS=${String(seed)} npm test -- ${file}`;
}
