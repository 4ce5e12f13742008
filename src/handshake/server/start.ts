import { fail } from '../../errors/index.ts';
import { type Flow, perform } from '../../flow/index.ts';
import { HandshakeType } from '../../wire/index.ts';
import type { RawMessage } from '../context.ts';
import type { Established } from '../established.ts';
import type { Gathering } from '../facts.ts';
import { chooseProtocol, chooseVersion, factsOf, keepProtocol, readClientHello } from './hello.ts';
import type { ServerHandshake } from './settings.ts';

/** A server's handshake: hello, configuration, and then the flow of the version chosen. */
export function* startServer(hs: ServerHandshake): Flow<Established> {
  return yield* answerHello(hs, yield* hs.next(HandshakeType.client_hello));
}

/** From a ClientHello that is in the transcript already, as in a renegotiation. */
export function* answerHello(hs: ServerHandshake, message: RawMessage): Flow<Established> {
  const hello = readClientHello(hs, message);
  hs.clientRandom = hello.hello.random;
  beginFacts(hs.facts);
  const { chooseConfig } = hs.settings;
  const known = factsOf(hello);
  hs.facts.serverName = known.serverName;
  if (chooseConfig !== null) {
    const chosen = yield* perform('choose-config', (signal) => chooseConfig(known, signal));
    if (chosen !== null) hs.settings = chosen;
  }
  const version = chooseVersion(hs.settings, hello);
  hs.facts.version = version;
  hs.facts.earlyData = hs.settings.earlyData === null ? 'disabled' : 'other-version';
  hs.facts.peerSchemes = known.schemes;
  hs.facts.authorities = hello.values.certificate_authorities ?? [];
  hs.facts.alpn = hs.before === null ? chooseProtocol(hs.settings, hello) : keepProtocol(hs.before.alpn, hello);
  const flow = hs.settings.flows[version];
  if (flow === undefined) fail('ERR_TLS_VERSION', version);
  return yield* flow(hs, hello);
}

/** What is so unless the handshake says otherwise. */
function beginFacts(facts: Gathering): void {
  facts.group = null;
  facts.peer = null;
  facts.peerScheme = null;
  facts.credential = null;
  facts.ownScheme = null;
  facts.certificateRequested = false;
  facts.ocspResponse = null;
  facts.scts = null;
}
