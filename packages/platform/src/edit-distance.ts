/** The fewest changes of a single character that make `b` of `a` (Levenshtein): how messages find the name that was meant. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let at = 1; at <= a.length; at += 1) {
    const next = [at];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = row[column - 1]! + (a[at - 1] === b[column - 1] ? 0 : 1);
      next.push(Math.min(row[column]! + 1, next[column - 1]! + 1, replaced));
    }
    row = next;
  }
  return row[b.length]!;
}
