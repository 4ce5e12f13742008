/** The bytes that a view stands on, whatever its elements are; not a copy. */
export function viewBytes(view: NodeJS.ArrayBufferView): Buffer {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength);
}
