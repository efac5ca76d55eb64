import { tmpdir } from "node:os";

/** The system's directory for files that need not last, as an absolute path. */
export function temporaryDirectory(): string {
  return tmpdir();
}
