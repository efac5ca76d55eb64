/** Where two JSON values first differ, as a sentence; null when they are equal. Properties that are undefined count as absent. */
export function firstDifference(expected: unknown, actual: unknown, path = "value"): string | null {
  if (expected === actual) return null;
  if (!isTree(expected) || !isTree(actual) || Array.isArray(expected) !== Array.isArray(actual)) {
    return `${path} is ${text(actual)}, not ${text(expected)}`;
  }
  const expectedFields = expected as Record<string, unknown>;
  const actualFields = actual as Record<string, unknown>;
  for (const name of new Set([...Object.keys(expectedFields), ...Object.keys(actualFields)])) {
    const found = firstDifference(expectedFields[name], actualFields[name], `${path}.${name}`);
    if (found !== null) return found;
  }
  return null;
}

function isTree(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function text(value: unknown): string {
  const whole = JSON.stringify(value) ?? "absent";
  return whole.length > 200 ? `${whole.slice(0, 200)}…` : whole;
}
