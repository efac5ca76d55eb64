/** One header of a record. Names may repeat; a value may be null, a name may not. */
export interface RecordHeader {
  readonly key: string;
  readonly value: Buffer | null;
}
