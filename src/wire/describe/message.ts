import { Alert } from '../alert.ts';
import { type Codec, struct, uint24 } from '../codec/index.ts';
import { HANDSHAKE_HEADER_SIZE } from '../handshake/index.ts';
import { ChangeCipherSpec } from '../record.ts';
import { type ContentTypeName, HandshakeType, nameOf } from '../registry/index.ts';
import { handshakeType } from '../types.ts';
import type { DescribeContext } from './context.ts';
import type { Description } from './field.ts';
import { formOf } from './form.ts';
import { FieldTree } from './tree.ts';

/** What stands before every handshake message. */
const HandshakeHeader: Codec<{ readonly msg_type: number; readonly length: number }> = /* @__PURE__ */ struct(
  'Handshake',
  { msg_type: handshakeType, length: uint24 },
);

/** The fields of one whole message of this protocol. */
export function describeMessage(protocol: ContentTypeName, bytes: Uint8Array, context: DescribeContext): Description {
  if (protocol === 'handshake') return describeHandshake(bytes, context);
  if (protocol === 'alert') return describeAlert(bytes);
  if (protocol === 'change_cipher_spec') return describeChangeCipherSpec(bytes);
  const tree = new FieldTree(bytes);
  tree.leaf('data', 0, bytes.length);
  return tree.finish();
}

/** The fields of one handshake message, its header included. */
export function describeHandshake(bytes: Uint8Array, context: DescribeContext): Description {
  const { length: size } = bytes;
  if (size < HANDSHAKE_HEADER_SIZE)
    return describeNothing(bytes, `a handshake header has 4 bytes, and here are ${size}`);
  const length = (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!;
  const message = nameOf(HandshakeType, bytes[0]!);
  const end = Math.min(size, HANDSHAKE_HEADER_SIZE + length);
  const form =
    message === null
      ? `there is no handshake message of type ${bytes[0]}`
      : formOf(message, bytes.subarray(HANDSHAKE_HEADER_SIZE, end), context);
  const what = message ?? 'handshake';
  const tree = new FieldTree(bytes, typeof form === 'string' ? {} : form.table);
  tree.decode(what, HandshakeHeader, 0, HANDSHAKE_HEADER_SIZE);
  if (typeof form === 'string') tree.skip(`${what}: ${form}`, HANDSHAKE_HEADER_SIZE, end);
  else tree.decode(what, form.codec, HANDSHAKE_HEADER_SIZE, end);
  const missing = HANDSHAKE_HEADER_SIZE + length - size;
  if (missing > 0) tree.fail(`${what}: ${missing} of its ${length} bytes are missing`);
  tree.skip(`${what}: bytes follow its end`, end, size);
  return tree.finish();
}

export function describeAlert(bytes: Uint8Array): Description {
  return describeAll('alert', Alert, bytes);
}

export function describeChangeCipherSpec(bytes: Uint8Array): Description {
  return describeAll('change_cipher_spec', ChangeCipherSpec, bytes);
}

function describeAll(what: string, codec: Codec<unknown>, bytes: Uint8Array): Description {
  const tree = new FieldTree(bytes);
  tree.decode(what, codec, 0, bytes.length);
  return tree.finish();
}

/** A description of bytes of which nothing can be said but why. */
export function describeNothing(bytes: Uint8Array, reason: string): Description {
  const tree = new FieldTree(bytes);
  tree.fail(reason);
  tree.skip(reason, 0, bytes.length);
  return tree.finish();
}
