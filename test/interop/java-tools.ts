import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const script = join(fileURLToPath(new URL("../../..", import.meta.url)), "shared", "kafka", "kafka");

/**
 * Whether Apache Kafka's command-line tools can be run: they come from the folder `../shared/kafka` beside the checkout, and
 * need Java 17. `MILLRACE_JAVA=0` goes without.
 */
export function hasJavaTools(): boolean {
  if (process.env["MILLRACE_JAVA"] === "0") return false;
  if (existsSync(script) && spawnSync("java", ["-version"]).status === 0) return true;
  process.stderr.write("interop: no Java or no ../shared/kafka, so Kafka's own tools are not tried\n");
  return false;
}

/** Runs one of Kafka's tools, such as `dump-log`, and resolves to what it printed; rejects if it fails. */
export async function javaTool(name: string, ...toolArguments: readonly string[]): Promise<string> {
  const { code, out, problems } = await runTool(name, toolArguments);
  if (code !== 0) throw new JavaToolError(name, code, out + problems);
  return out;
}

/** What one of Kafka's tools complained of; some that fail end as if they had not. */
export async function javaToolComplaints(name: string, ...toolArguments: readonly string[]): Promise<string> {
  return (await runTool(name, toolArguments)).problems;
}

function runTool(
  name: string,
  toolArguments: readonly string[],
): Promise<{ code: number | null; out: string; problems: string }> {
  const child = spawn(script, ["run", name, ...toolArguments], { stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  let problems = "";
  child.stdout.on("data", (bytes: Buffer) => (out += bytes.toString()));
  child.stderr.on("data", (bytes: Buffer) => (problems += bytes.toString()));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, out, problems }));
  });
}

/** A tool ended with an error; the text is what it printed. */
class JavaToolError extends Error {
  readonly code = "TEST_JAVA_TOOL";

  constructor(name: string, exitCode: number | null, output: string) {
    super(`${name} ended with ${String(exitCode)}:\n${output}`);
  }
}
