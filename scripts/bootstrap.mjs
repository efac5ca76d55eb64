// Runs a program of this repository: installs what is missing, then goes on in the Node that the repository is developed on,
// with packages read from their sources. On Linux (x64), where npm brings that Node, Node 20 is enough. Plain JavaScript
// because Node 20 cannot run TypeScript.
//
//   node scripts/bootstrap.mjs FILE [ARGUMENT …]
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { isatty } from "node:tty";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** `using` declarations, which some programs have, came with it. */
const majorMin = 24;
const [file, ...programArguments] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write("usage: node scripts/bootstrap.mjs FILE [ARGUMENT …]\n");
  process.exit(2);
}

/** The lock file decides: the stamp in node_modules holds the hash of the one that was installed. */
function install() {
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  const stamp = join(root, "node_modules", ".millrace-installed");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  process.stderr.write("Installing dependencies (once) …\n");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const done = spawnSync(npm, ["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (done.status !== 0) {
    process.stderr.write("The dependencies could not be installed: see npm's message above.\n");
    process.exit(1);
  }
  writeFileSync(stamp, lock);
}

/** The bundled Node of this platform, else the running one if it is new enough: what runs here is written in its language. */
function node() {
  const bundled = join(root, "node_modules", `node-${process.platform}-${process.arch}`, "bin", "node");
  if (existsSync(bundled)) return bundled;
  if (Number.parseInt(process.versions.node, 10) >= majorMin) return process.execPath;
  process.stderr.write(
    `No Node is bundled for ${process.platform}-${process.arch}, and ${process.version} is too old: install Node ${majorMin}.\n`,
  );
  process.exit(1);
}

install();
// kafkajs 2.2.4 computes a negative timeout now and then, of which Node warns on every start.
const flags = ["--conditions=millrace-source", "--disable-warning=TimeoutNegativeWarning"];
const child = spawn(node(), [...flags, join(root, file), ...programArguments], { stdio: "inherit" });
// Ctrl-C reaches the program by itself: the terminal tells every process that it shows. A second one would end it at once.
const inTerminal = [0, 1, 2].some((descriptor) => isatty(descriptor));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    if (signal !== "SIGINT" || !inTerminal) child.kill(signal);
  });
}
child.on("exit", (code, signal) => process.exit(signal === null ? code : 128 + constants.signals[signal]));
