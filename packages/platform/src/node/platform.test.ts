import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { filesConformance } from "../conformance/files.ts";
import type { Harness } from "../conformance/harness.ts";
import { timersConformance } from "../conformance/timers.ts";
import { transportConformance } from "../conformance/transport.ts";
import { nodePlatform } from "./platform.ts";

function openOn(host: string): () => Harness {
  return () => {
    const directory = mkdtempSync(join(tmpdir(), "millrace-platform-"));
    return {
      platform: nodePlatform(),
      host,
      directory,
      drive: (promise) => promise,
      close() {
        rmSync(directory, { recursive: true, force: true });
      },
    };
  };
}

transportConformance("Node's (127.0.0.1)", openOn("127.0.0.1"));
// A name goes through the system's resolver, which may answer with several addresses.
transportConformance("Node's (localhost)", openOn("localhost"));
filesConformance("Node's", openOn("127.0.0.1"));
timersConformance("Node's", openOn("127.0.0.1"));
