import { fail } from '../../errors/index.ts';
import { deviceTransport } from './device.ts';
import { tcpTransport } from './tcp.ts';
import type { OwnTransport, TpmTransport } from './transport.ts';

/** Where the kernel offers a TPM and keeps its users apart. */
export const DEFAULT_TPM = '/dev/tpmrm0';

/**
 * Opens a TPM by the address that tpm2-tools use too: `/dev/tpmrm0` or `device:/dev/tpmrm0`, `swtpm:host=H,port=N`; or
 * `tcp://H:N`. Fails with ERR_TLS_KEY_ADDRESS.
 */
export function openTransport(address: string): OwnTransport {
  if (address.startsWith('/')) return deviceTransport(address);
  if (address.startsWith('device:')) return deviceTransport(address.slice('device:'.length) || DEFAULT_TPM);
  const tcp = /^tcp:\/\/([^/:]+|\[[^\]]+\]):(\d+)\/?$/.exec(address);
  if (tcp !== null) return tcpTransport(tcp[1]!.replace(/^\[|\]$/g, ''), portFrom(tcp[2]!));
  if (address !== 'swtpm' && !address.startsWith('swtpm:')) {
    fail(
      'ERR_TLS_KEY_ADDRESS',
      `"${address}" leads to no TPM; give a path, "swtpm:host=127.0.0.1,port=2321" or "tcp://host:port"`,
    );
  }
  const options = new Map(
    address
      .slice('swtpm:'.length)
      .split(',')
      .map((part) => part.split('=') as [string, string | undefined]),
  );
  return tcpTransport(options.get('host') ?? '127.0.0.1', portFrom(options.get('port') ?? '2321'));
}

/** A user's own transport may serve several keys: their commands go one after the other. */
export function givenTransport(given: TpmTransport): OwnTransport {
  const transmit = async (command: Uint8Array): Promise<Uint8Array> => {
    const before = lastAnswer.get(given) ?? Promise.resolve();
    const answer = before.then(() => given.transmit(command));
    lastAnswer.set(
      given,
      answer.catch(() => {}),
    );
    return answer;
  };
  return { transmit, rest: async () => {}, destroy: () => {} };
}

const lastAnswer: WeakMap<TpmTransport, Promise<unknown>> = new WeakMap();

function portFrom(text: string): number {
  const port = Number(text);
  return Number.isInteger(port) && port > 0 && port < 65_536
    ? port
    : fail('ERR_TLS_KEY_ADDRESS', `"${text}" is no port`);
}
