/** A closed file was used. The owner of a file closes it after its last use; look for who still holds it. */
export class FileClosedError extends Error {
  readonly code = "PLATFORM_FILE_CLOSED";
  /** Path of the file. */
  readonly path: string;

  constructor(path: string) {
    super(`File "${path}" was used after it was closed. Close a file after its last read, write or sync.`);
    this.name = new.target.name;
    this.path = path;
  }
}
