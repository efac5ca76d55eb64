declare module "snappyjs" {
  /** Part of its interface that this package uses. */
  const snappy: { readonly compress: (source: Uint8Array) => Uint8Array };
  export default snappy;
}
