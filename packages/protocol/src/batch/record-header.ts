/** One header of a record. Names may repeat; a value may be null, a name may not. */
export interface RecordHeader {
  /** Name of the header. Several headers of a record may have the same name; their order is kept. */
  readonly key: string;
  /** Content of the header, or null. Read from a batch it is a view: copy what outlives the batch. */
  readonly value: Buffer | null;
}
