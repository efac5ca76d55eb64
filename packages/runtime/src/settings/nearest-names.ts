import { editDistance } from "@millrace/platform";

/** The names most like `key`, the nearest first; none that has little to do with it. */
export function nearestNames(key: string, names: readonly string[], countMax: number): string[] {
  const distanceMax = Math.max(2, Math.floor(key.length / 4));
  return names
    .map((name) => ({ name, distance: editDistance(lastPart(key), lastPart(name)) }))
    .filter(({ distance }) => distance <= distanceMax)
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, countMax)
    .map(({ name }) => name);
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1).toLowerCase();
}
