/** `npm test [-- vitest's arguments]`: every test of the repository. */
import { run } from "./run.ts";

const finished = await run("node_modules/vitest/vitest.mjs", ["run", ...process.argv.slice(2)], { show: true });
process.exit(finished.code);
