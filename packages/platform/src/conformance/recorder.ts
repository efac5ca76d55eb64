import type { Connection, ConnectionEvents, Timers } from "../index.ts";
import { yieldTo } from "../index.ts";

/** Connection events that remember everything: the reading side of a transport test. */
export class Recorder implements ConnectionEvents {
  readonly received: Buffer[] = [];
  receivedBytes = 0;
  drains = 0;
  /** One entry per `onClose`: more than one is a broken transport. */
  readonly closes: (Error | null)[] = [];
  /** Set on the accepting side. */
  connection: Connection | null = null;
  /** Called with each piece, after it was recorded. */
  onPiece: ((piece: Buffer) => void) | null = null;

  onData(buffer: Buffer, start: number, end: number): void {
    const piece = Buffer.from(buffer.subarray(start, end));
    this.received.push(piece);
    this.receivedBytes += piece.length;
    this.onPiece?.(piece);
  }

  onDrain(): void {
    this.drains += 1;
  }

  onClose(error: Error | null): void {
    this.closes.push(error);
  }

  text(): string {
    return Buffer.concat(this.received).toString("latin1");
  }
}

/** Lets events happen until `condition` holds. */
export async function until(timers: Timers, condition: () => boolean): Promise<void> {
  while (!condition()) await yieldTo(timers);
}
