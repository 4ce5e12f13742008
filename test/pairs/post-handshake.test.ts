import { describe, expect, it } from 'vitest';
import { credentialChooser } from '../../src/config/credentials.ts';
import { settle } from '../../src/engine/index.ts';
import { credentialOf, pairClient, pairServer } from '../support/configs.ts';
import { Pair } from '../support/pair.ts';

const DATA = new Uint8Array(100).fill(7);
/** Header, content, content type and tag. */
const ONE_RECORD = 5 + DATA.length + 1 + 16;

describe('authentication after the handshake', () => {
  it('lets nothing come between its messages while the signature is awaited', async () => {
    const { pair, sign } = slowPair();
    pair.server.requestCertificate();
    pair.run();
    expect(pair.client.task?.kind).toBe('sign');
    pair.client.send(DATA);
    const output: Uint8Array[] = [];
    for (let bytes = pair.client.takeOutput(); bytes !== null; bytes = pair.client.takeOutput()) output.push(bytes);
    expect(Buffer.concat(output).length).toBe(ONE_RECORD);
    for (const bytes of output) pair.server.receive(bytes.slice());
    sign();
    await pair.runLater();
    expect(pair.client.error ?? pair.server.error).toBeNull();
    expect(pair.server.facts.peer?.chain[0]).toEqual(credentialOf('P-256', 'client').chain[0]);
    expect(pair.received('server')).toEqual(Buffer.from(DATA));
    expect(pair.serverEvents.filter(({ type }) => type === 'client-certificate')).toHaveLength(1);
  });

  it('tells that it is done, also where the client has nothing to show', () => {
    const pair = new Pair(
      pairClient({ postHandshakeAuth: true }),
      pairServer({ postHandshakeAuth: true, clientAuth: 'request' }),
    ).run();
    expect(pair.server.facts.peer).toBeNull();
    pair.server.requestCertificate();
    pair.run();
    expect(pair.server.error).toBeNull();
    expect(pair.server.facts.peer).toBeNull();
    expect(pair.serverEvents.at(-1)).toEqual({ type: 'client-certificate' });
  });
});

/** The client signs nothing before it is told to. */
function slowPair(): { readonly pair: Pair; readonly sign: () => void } {
  let sign = (): void => {};
  const told = new Promise<void>((resolve) => {
    sign = resolve;
  });
  const own = credentialOf('P-256', 'client');
  const key = {
    ...own.key,
    sign: (request: Parameters<typeof own.key.sign>[0]) => told.then(() => own.key.sign(request)),
  };
  const client = pairClient({ credentials: credentialChooser([{ ...own, key }]), postHandshakeAuth: true });
  const pair = new Pair(client, pairServer({ postHandshakeAuth: true })).run();
  settle(pair.client, () => {});
  return { pair, sign };
}
