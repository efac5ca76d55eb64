import { join } from "node:path";
import { Program } from "./program.ts";
import type { Project } from "./project.ts";

/** Starts the packed broker-lite as npm installs its program, which is what `npx broker-lite` runs, on a free port. */
export async function startBroker(project: Project): Promise<{ readonly address: string; close(): Promise<void> }> {
  const file = join(project.folder, "node_modules/.bin/broker-lite");
  const options = ["--port", "0", "--memory", "--set", "auto.create.topics.enable=false"];
  const program = new Program([process.execPath, file, ...options], project.folder);
  const [, address = ""] = await program.says(/listening on (\S+)/);
  return {
    address,
    async close() {
      program.signal("SIGTERM");
      await program.ended();
    },
  };
}
