import { type AlertName, alertName, fail } from '../errors/index.ts';

export interface ReceivedAlert {
  readonly level: 'warning' | 'fatal';
  readonly name: AlertName | `unknown(${number})`;
}

/** RFC 9846, section 6: two bytes, never cut. Fails with ERR_TLS_BAD_ALERT. */
export function readAlert(content: Uint8Array): ReceivedAlert {
  if (content.length !== 2) fail('ERR_TLS_BAD_ALERT', `${content.length} bytes`);
  const level = content[0]!;
  if (level !== 1 && level !== 2) fail('ERR_TLS_BAD_ALERT', { detail: `level ${level}`, alert: 'illegal_parameter' });
  return { level: level === 1 ? 'warning' : 'fatal', name: alertName(content[1]!) };
}
