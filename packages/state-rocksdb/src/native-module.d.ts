/** The native binding comes without types. */
declare module "@nxtedition/rocksdb/binding.js" {
  const binding: unknown;
  export default binding;
}
