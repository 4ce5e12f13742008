import { fail } from '../errors/index.ts';
import { extensionName } from '../wire/index.ts';

/**
 * Checks the extensions of an answer: each must answer one that was sent, and may stand in this message
 * (RFC 9846, section 4.3).
 */
export function checkAnswers(
  seen: readonly number[],
  sent: readonly number[],
  allowed: readonly number[],
  where: string,
): void {
  for (const type of seen) {
    if (!sent.includes(type)) fail('ERR_TLS_UNSOLICITED_EXTENSION', `${extensionName(type)} in ${where}`);
    if (!allowed.includes(type)) fail('ERR_TLS_MISPLACED_EXTENSION', `${extensionName(type)} in ${where}`);
  }
}

/** What asks us for something and does so twice leaves open what it asks for. */
export function checkEachOnce(types: readonly number[]): void {
  const again = types.find((type, i) => types.indexOf(type) !== i);
  if (again === undefined) return;
  fail('ERR_TLS_DUPLICATE_EXTENSION', { detail: extensionName(again), alert: 'illegal_parameter' });
}

/** The one protocol that a server selected, which must be one of ours (RFC 7301, section 3.1). */
export function checkSelectedProtocol(selected: readonly string[], offered: readonly string[]): string {
  const [protocol] = selected;
  if (selected.length !== 1 || protocol === undefined)
    fail('ERR_TLS_BAD_EXTENSION', { detail: 'ALPN selects not exactly one protocol', alert: 'decode_error' });
  if (!offered.includes(protocol)) fail('ERR_TLS_WRONG_ALPN', JSON.stringify(protocol));
  return protocol;
}
