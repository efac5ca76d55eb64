/** `npm run conformance -- DIR… [--engine memory|rocksdb|sqlite] [--only NAME] [--self-test]` */
import { command } from "./command.ts";

process.exitCode = await command(process.argv.slice(2), {
  out: (line) => console.log(line),
  error: (line) => console.error(line),
});
