import { RECORD_HEADER_SIZE, RecordHeader } from '../record.ts';
import { ContentType, HandshakeType, nameOf } from '../registry/index.ts';
import type { DescribeRecordContext } from './context.ts';
import type { Description } from './field.ts';
import { describeNothing } from './message.ts';
import { type Protection, protectionOf } from './suite.ts';
import { FieldTree } from './tree.ts';

/** The fields of one record: its header, then `fragment`, or `nonce`, `ciphertext` and `tag` of a protected one. */
export function describeRecord(bytes: Uint8Array, context: DescribeRecordContext): Description {
  const { length: size } = bytes;
  const fault = headerFault(bytes);
  if (fault !== null) return describeNothing(bytes, fault);
  const length = (bytes[3]! << 8) | bytes[4]!;
  const end = RECORD_HEADER_SIZE + length;
  const tree = new FieldTree(bytes);
  tree.decode('record header', RecordHeader, 0, RECORD_HEADER_SIZE);
  if (end > size) {
    tree.fail(`fragment: ${end - size} of its ${length} bytes are missing`);
    tree.skip('fragment', RECORD_HEADER_SIZE, size);
  } else {
    addFragment(tree, RECORD_HEADER_SIZE, end, layoutOf(context));
    tree.skip('record: bytes follow its end', end, size);
  }
  return tree.finish();
}

/** Why the bytes do not start with a record header; null if they do. */
function headerFault(bytes: Uint8Array): string | null {
  if (bytes.length === 0) return 'there are no bytes';
  const [type, major] = bytes;
  if (type !== undefined && nameOf(ContentType, type) === null) return noHeader(type);
  if (major !== undefined && major !== 3) return `no record header: the version cannot begin with byte ${major}`;
  const missing = RECORD_HEADER_SIZE - bytes.length;
  return missing > 0 ? `the record header is cut short: ${missing} of its 5 bytes are missing` : null;
}

function noHeader(type: number): string {
  const message = nameOf(HandshakeType, type);
  const hint = message === null ? '' : `; this looks like the handshake message ${message} without its record header`;
  return `no record header: ${type} is not a content type${hint}`;
}

function layoutOf({ protected: hidden, protection, cipherSuite, version }: DescribeRecordContext): Protection | null {
  if (!hidden) return null;
  if (protection !== undefined && protection !== null) return protection;
  if (version === 0x0304) return protectionOf(cipherSuite ?? 0, version, false);
  return typeof cipherSuite === 'number' && version !== null ? protectionOf(cipherSuite, version, false) : null;
}

function addFragment(tree: FieldTree, start: number, end: number, layout: Protection | null): void {
  if (layout === null) {
    tree.leaf('fragment', start, end);
    return;
  }
  const { nonce, tag } = layout;
  const short = nonce + tag - (end - start);
  if (short > 0) {
    tree.skip(`fragment: ${short} bytes are missing for its nonce and tag`, start, end);
    return;
  }
  tree.leaf('nonce', start, start + nonce);
  tree.leaf('ciphertext', start + nonce, end - tag);
  tree.leaf('tag', end - tag, end);
}
