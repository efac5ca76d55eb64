import type { OperatorSpec } from "./operator-spec.ts";

/** Several streams as one, in the order their records come. It does nothing: its parents call its child directly. */
export function merge(): OperatorSpec {
  return Object.freeze<OperatorSpec>({
    kind: "merge",
    input: "stream",
    output: "stream",
    transparent: true,
    create: (build) => build.child,
  });
}
