import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { engineConformance } from "@millrace/testkit/conformance";
import { afterAll } from "vitest";
import { openEngine } from "./index.ts";

const root = mkdtempSync(join(tmpdir(), "millrace-engines-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

for (const engine of ["rocksdb", "sqlite"] as const)
  engineConformance(`the engine on ${engine}`, (home) => openEngine(join(root, engine, home), { engine }));
