import { fromBase64, toBase64, toLatin1 } from '../bytes/index.ts';
import { fail } from '../errors/index.ts';

export interface PemBlock {
  /** What stands behind BEGIN: `CERTIFICATE`, `PRIVATE KEY` ... */
  readonly label: string;
  /** RFC 1421 headers, as old encrypted keys have them (`Proc-Type`, `DEK-Info`). */
  readonly headers: Readonly<Record<string, string>>;
  readonly der: Uint8Array;
  /** Number of the BEGIN line, from 1, for messages. */
  readonly line: number;
}

const BEGIN = /^-----BEGIN ([^\r\n]*?)-----[\s]*$/;
const HEADER = /^([A-Za-z][A-Za-z0-9-]*):(.*)$/;
const BYTE_ORDER_MARK = /^(\ufeff|\u00ef\u00bb\u00bf)/;

/**
 * Reads every PEM block (RFC 7468) in a text, as OpenSSL does: text around blocks is skipped, lines may end with CR and
 * blanks. A text without blocks gives none. Fails with ERR_TLS_PEM, naming line and label, on a block that has no end,
 * another end than its begin, or contents that are not base64.
 */
export function parsePem(input: string | Uint8Array): PemBlock[] {
  const text = (typeof input === 'string' ? input : toLatin1(input)).replace(BYTE_ORDER_MARK, '');
  const lines = text.split('\n');
  const blocks: PemBlock[] = [];
  for (let i = 0; i < lines.length; i++) {
    const begin = lines[i]!.charCodeAt(0) === 0x2d ? BEGIN.exec(lines[i]!) : null;
    if (begin === null) continue;
    const end = endOf(lines, i, begin[1]!);
    blocks.push(block(lines, i, end, begin[1]!));
    i = end;
  }
  return blocks;
}

/** One block, with lines of 64 characters and a line feed at the end. */
export function toPem(label: string, der: Uint8Array): string {
  const text = toBase64(der);
  let lines = '';
  for (let i = 0; i < text.length; i += 64) lines += `${text.slice(i, i + 64)}\n`;
  return `-----BEGIN ${label}-----\n${lines}-----END ${label}-----\n`;
}

function endOf(lines: readonly string[], begin: number, label: string): number {
  for (let i = begin + 1; i < lines.length; i++) {
    const line = lines[i]!;
    if (line.charCodeAt(0) !== 0x2d || !line.startsWith('-----')) continue;
    if (line.trimEnd() === `-----END ${label}-----`) return i;
    return fail('ERR_TLS_PEM', `line ${i + 1} is not the END line of the ${label} that begins at line ${begin + 1}`);
  }
  return fail('ERR_TLS_PEM', `the ${label} that begins at line ${begin + 1} has no END line`);
}

function block(lines: readonly string[], begin: number, end: number, label: string): PemBlock {
  const headers: Record<string, string> = {};
  let at = begin + 1;
  let last = '';
  for (; at < end; at++) {
    const line = lines[at]!.trimEnd();
    const header = HEADER.exec(line);
    if (header !== null) {
      last = header[1]!;
      headers[last] = header[2]!.trim();
    } else if (last !== '' && /^[ \t]/.test(line)) headers[last] += line.trim();
    else break;
  }
  const der = fromBase64(lines.slice(at, end).join(''));
  if (der !== null && der.length > 0) return { label, headers, der, line: begin + 1 };
  return fail('ERR_TLS_PEM', `the contents of the ${label} that begins at line ${begin + 1} are not base64`);
}
