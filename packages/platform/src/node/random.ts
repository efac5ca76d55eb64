import { randomFillSync } from "node:crypto";
import type { Random } from "../index.ts";

/** Numbers fetched from the operating system at once. */
const drawCount = 256;

export class NodeRandom implements Random {
  readonly #drawn = new Uint32Array(drawCount);
  #next = drawCount;

  uint32(): number {
    if (this.#next === drawCount) {
      randomFillSync(this.#drawn);
      this.#next = 0;
    }
    const value = this.#drawn[this.#next]!;
    this.#next += 1;
    return value;
  }
}
