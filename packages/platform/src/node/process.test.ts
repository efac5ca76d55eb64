import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";

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

describe("an error that is announced as one that may be uncaught", () => {
  /** Runs a program that throws the announced error, or another. */
  function ended(statements: string): readonly [code: number | null, stderr: string] {
    const program = `
      import { nodeProcess } from ${JSON.stringify(resolve("packages/platform/src/node.ts"))};
      const announced = new Error("announced", { cause: new Error("inner") });
      const fail = async () => {
        nodeProcess.onUncaught(announced, () => nodeProcess.writeError("told\\n"));
        throw announced;
      };
      ${statements}
    `;
    const options = ["--conditions=millrace-source", "--input-type=module", "--eval", program];
    const { status, stderr } = spawnSync(process.execPath, options, { encoding: "utf8" });
    return [status, stderr];
  }

  test.each(["await fail();", "void fail(); setTimeout(() => undefined, 60_000);", "try { await fail(); } finally { await 1; }"])(
    "is told in one's own words, and ends the process: %s",
    (statements) => {
      expect(ended(statements)).toEqual([1, "told\n"]);
    },
  );

  test("is no end where somebody catches it", () => {
    expect(ended("await fail().catch(() => undefined);")).toEqual([0, ""]);
  });

  test("leaves other errors to Node", () => {
    const [code, stderr] = ended("await fail().catch((cause) => { throw new RangeError('foreign', { cause }); });");
    expect(code).toBe(1);
    expect(stderr).toContain("RangeError: foreign");
    expect(stderr).toContain("[cause]: Error: announced");
    expect(stderr).not.toContain("told");
  });

  test("is left to a program that listens for such", () => {
    const listening = "process.on('uncaughtException', () => { process.stderr.write('own'); process.exit(7); });";
    expect(ended(`${listening} await fail();`)).toEqual([7, "own"]);
  });
});
