import type { OperatorSpec } from "./operator-spec.ts";
import { settingsOf } from "./settings.ts";

/** Several streams as one, in the order their records come. It does nothing: its parents call its child directly. */
export function merge(): OperatorSpec {
  return Object.freeze<OperatorSpec>({
    kind: "merge",
    input: "stream",
    output: "stream",
    settings: settingsOf({}),
    transparent: true,
    create: (build) => build.child,
  });
}
