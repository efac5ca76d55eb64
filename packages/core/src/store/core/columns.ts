/** A larger column that begins with what the old one holds. */
export function doubles(column: Float64Array, size: number): Float64Array {
  const larger = new Float64Array(size);
  larger.set(column);
  return larger;
}

/** A larger column that begins with what the old one holds. */
export function integers(column: Int32Array, size: number): Int32Array {
  const larger = new Int32Array(size);
  larger.set(column);
  return larger;
}
