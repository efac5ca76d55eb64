import { join } from "node:path";
import type { EngineName } from "../src/index.ts";
import { formatVersion } from "../src/format.ts";

const root = join(import.meta.dirname, "../../../test/data/state");

export const recordings: readonly { readonly engine: EngineName; readonly file: string }[] = (["rocksdb", "sqlite"] as const).map(
  (engine) => ({ engine, file: join(root, `${engine}-v${String(formatVersion)}.json.gz`) }),
);
