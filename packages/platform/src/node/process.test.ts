import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { expect, test } from "vitest";

test("lines for a stderr that nobody reads any more do not end the process", async () => {
  const program = `
    import { nodeProcess } from ${JSON.stringify(resolve("packages/platform/src/node.ts"))};
    process.stdin.once("data", () => {
      for (let i = 0; i < 100; i += 1) nodeProcess.writeError("a line\\n".repeat(10_000));
      setImmediate(() => setImmediate(() => process.exit(3)));
    });
    process.stdout.write("ready");
  `;
  const child = spawn(process.execPath, ["--conditions=millrace-source", "--input-type=module", "--eval", program], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  await once(child.stdout, "data");
  child.stderr.destroy();
  child.stdin.write("go");
  const [code] = (await once(child, "exit")) as [number | null];
  expect(code).toBe(3);
});
