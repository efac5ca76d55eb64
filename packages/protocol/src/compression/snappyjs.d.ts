declare module "snappyjs" {
  /** What this package uses of it. */
  const snappy: { readonly compress: (source: Uint8Array) => Uint8Array };
  export default snappy;
}
