import type { Secret } from '../../bytes/index.ts';
import type { Suite13 } from '../../crypto/index.ts';
import { fail } from '../../errors/index.ts';
import type { Flow } from '../../flow/index.ts';
import { type MasterStage, type Transcript, ticketSecret } from '../../schedule/index.ts';
import {
  encode,
  Finished,
  frame,
  HandshakeType,
  NEW_SESSION_TICKET_EXTENSIONS,
  NewSessionTicket13,
  writeExtension,
} from '../../wire/index.ts';
import { After13 } from '../after13.ts';
import { Handshake, type Life } from '../context.ts';
import type { Established } from '../established.ts';
import type { Gathering } from '../facts.ts';
import { checkFinished } from '../finished.ts';
import type { Traffic13 } from '../traffic13.ts';
import { VERSION_CODES } from '../version.ts';
import { readClientCertificate, sendCertificateRequest } from './authenticate13.ts';
import { keptIdentity, sealTicket } from './resume.ts';
import type { ServerHandshake, ServerSettings } from './settings.ts';
import type { SessionState } from './state.ts';

/** A server after its handshake: tickets go out, keys change. */
export class ServerAfter13 extends After13 {
  private readonly server: Life<ServerSettings>;
  private readonly resumption: Secret;
  private readonly known: Gathering;
  /** Kept only where a certificate may be asked for later. */
  private readonly transcript: Transcript | null;
  /** When the session began: tickets that come of tickets live no longer, so that nobody is believed for ever. */
  private readonly began: number;
  private sent: number = 0;

  constructor(hs: ServerHandshake, suite: Suite13, traffic: Traffic13, master: MasterStage, began: number) {
    super(hs.life(), suite, traffic, master.exporter);
    this.server = hs.life();
    this.resumption = master.toResumption(hs.transcript.hash());
    this.known = hs.facts;
    this.began = began;
    this.transcript = hs.settings.postHandshakeAuth && hs.facts.offersPostHandshakeAuth === true ? hs.transcript : null;
  }

  /** Post-handshake authentication (RFC 9846, section 4.7.2). */
  override requestCertificate(): Flow<Established | null> {
    const { transcript, server, traffic } = this;
    if (transcript === null) fail('ERR_TLS_STATE', 'the client does not let itself be asked after the handshake');
    const hs: ServerHandshake = new Handshake('server', server.settings, server.link, server.vault);
    hs.transcript = transcript.copy();
    const { known } = this;
    return (function* ask(): Flow<null> {
      const context = hs.settings.random(16);
      sendCertificateRequest(hs, context);
      const proof = yield* readClientCertificate(hs, yield* hs.next(HandshakeType.certificate), context);
      const expected = traffic.finished('read', hs.transcript.hash());
      checkFinished(yield* hs.read(HandshakeType.finished, Finished), expected);
      known.peer = 'chain' in proof ? proof : null;
      known.peerScheme = hs.facts.peerScheme ?? null;
      hs.link.emit({ type: 'client-certificate' });
      return null;
    })();
  }

  /** Sends that many tickets (RFC 9846, section 4.7.1). */
  *sendTickets(count: number): Flow<true> {
    const { tickets } = this.server.settings;
    if (tickets === null) return true;
    for (let i = 0; i < count; i++) {
      const nonce = new Uint8Array([this.sent]);
      const state = this.state(nonce);
      const ticket = yield* sealTicket(tickets, state);
      state.secret.fill(0);
      if (ticket === null) continue;
      this.sent += 1;
      this.sendTicket(state, nonce, ticket);
    }
    return true;
  }

  private sendTicket(state: SessionState, nonce: Uint8Array, ticket: Uint8Array): void {
    const message: NewSessionTicket13 = {
      ticket_lifetime: Math.min(this.server.settings.sessionLifetime, 604_800),
      ticket_age_add: state.ageAdd,
      ticket_nonce: nonce,
      ticket,
      extensions:
        state.maxEarlyData === 0
          ? []
          : [writeExtension(NEW_SESSION_TICKET_EXTENSIONS, 'early_data', state.maxEarlyData)],
    };
    this.server.link.writeHandshake(frame(HandshakeType.new_session_ticket, encode(NewSessionTicket13, message)));
  }

  private state(nonce: Uint8Array): SessionState {
    const { settings } = this.server;
    const { known, suite } = this;
    const random = settings.random(4);
    const now = settings.now();
    return {
      version: VERSION_CODES['TLSv1.3'],
      suite: suite.id,
      secret: ticketSecret(suite.hash, this.resumption.reveal(), nonce),
      createdAt: this.began,
      issuedAt: now,
      ageAdd: ((random[0]! << 24) | (random[1]! << 16) | (random[2]! << 8) | random[3]!) >>> 0,
      extendedMasterSecret: true,
      serverName: known.serverName ?? null,
      alpn: known.alpn ?? null,
      context: settings.sessionContext,
      ...keptIdentity(known, settings.groups),
      maxEarlyData: settings.earlyData?.maxBytes ?? 0,
    };
  }
}
