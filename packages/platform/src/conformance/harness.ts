import type { Platform } from "../index.ts";

/** Parts of an implementation of the ports that a conformance suite needs; made anew for each test. */
export interface Harness {
  readonly platform: Platform;
  /** A host name under which this platform listens and reaches itself. */
  readonly host: string;
  /** An existing, empty directory. */
  readonly directory: string;
  /** Waits for `promise` while the platform's time goes on. */
  drive<T>(promise: Promise<T>): Promise<T>;
  close(): void;
}

export type OpenHarness = () => Harness;

/** Opens a harness for one test and closes it, however the test ends. */
export async function withHarness(open: OpenHarness, test: (harness: Harness) => Promise<void>): Promise<void> {
  const harness = open();
  try {
    await harness.drive(test(harness));
  } finally {
    harness.close();
  }
}
