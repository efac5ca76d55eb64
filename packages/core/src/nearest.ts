/** Known word that differs from another in the fewest characters, or null where none is near. */
export function nearest(word: string, known: readonly string[]): string | null {
  const changesMax = Math.max(2, Math.floor(word.length / 3));
  let best: string | null = null;
  let fewest = changesMax + 1;
  for (const candidate of known) {
    const changes = distance(word.toLowerCase(), candidate.toLowerCase());
    if (changes >= fewest || changes >= candidate.length) continue;
    best = candidate;
    fewest = changes;
  }
  return best;
}

/** Fewest insertions, deletions, replacements and swaps of neighbours from `a` to `b` (the restricted Damerau–Levenshtein distance). */
function distance(a: string, b: string): number {
  let older: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let changes = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) changes = Math.min(changes, older[j - 2]! + 1);
      row.push(changes);
    }
    older = last;
    last = row;
  }
  return last[b.length]!;
}
