/** A record that took long. */
export interface SlowRecord {
  readonly taskId: string;
  /** The source node that read it: which of those behind it took the time is not known. */
  readonly node: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly tookMs: number;
}
