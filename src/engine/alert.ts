import { type AlertName, alertName, fail } from '../errors/index.ts';
import type { Version } from '../handshake/version.ts';

export interface ReceivedAlert {
  readonly name: AlertName | `unknown(${number})`;
  /** `end`: of the connection; `close`: of what the peer sends; `none`: a warning, which many in a row are too many of. */
  readonly effect: 'end' | 'close' | 'none';
}

/**
 * RFC 9846, section 6: two bytes, never cut. In TLS 1.3 all alerts but two end the connection, and none of the others is
 * a warning. Fails with ERR_TLS_BAD_ALERT.
 */
export function readAlert(content: Uint8Array, version: Version | null): ReceivedAlert {
  if (content.length !== 2) fail('ERR_TLS_BAD_ALERT', `${content.length} bytes`);
  const level = content[0]!;
  if (level !== 1 && level !== 2) fail('ERR_TLS_BAD_ALERT', { detail: `level ${level}`, alert: 'illegal_parameter' });
  const name = alertName(content[1]!);
  if (name === 'close_notify') return { name, effect: 'close' };
  if (name === 'user_canceled') return { name, effect: 'none' };
  if (level === 2) return { name, effect: 'end' };
  if (version === 'TLSv1.3') fail('ERR_TLS_BAD_ALERT', { detail: `${name} as a warning`, received: name });
  return { name, effect: 'none' };
}
