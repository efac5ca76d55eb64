import type { Engine, EngineBatch, EngineSpace } from "./engine.ts";
import { MemorySpace } from "./memory-space.ts";
import { OperationList, type OperationTarget } from "./operation-list.ts";

/** An engine without a disk: its content ends with it, and is restored from changelogs. */
export class MemoryEngine implements Engine {
  readonly name = "memory";
  readonly persistent = false;
  readonly #spaces: Map<string, MemorySpace> = new Map();

  space(store: string, partition: number): EngineSpace {
    const id = `${partition} ${store}`;
    let space = this.#spaces.get(id);
    if (space === undefined) {
      space = new MemorySpace(store, partition);
      this.#spaces.set(id, space);
    }
    return space;
  }

  batch(): EngineBatch {
    return new OperationList<MemorySpace>();
  }

  write(batch: EngineBatch): void {
    (batch as OperationList<MemorySpace>).replay(writer);
  }

  async close(): Promise<void> {
    this.#spaces.clear();
  }
}

const writer: OperationTarget<MemorySpace> = {
  put(space, bytes, keyStart, keyEnd, valueStart, valueEnd) {
    space.put(bytes, keyStart, keyEnd, valueStart, valueEnd);
  },
  delete(space, bytes, keyStart, keyEnd) {
    space.delete(bytes, keyStart, keyEnd);
  },
  deleteRange(space, from, to) {
    space.deleteRange(from, to);
  },
  checkpoint(space, checkpoint) {
    space.setCheckpoint(checkpoint);
  },
};
