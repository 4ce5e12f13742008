import type { Secret } from '../../bytes/index.ts';
import type { Suite13 } from '../../crypto/index.ts';
import { fail } from '../../errors/index.ts';
import type { Flow } from '../../flow/index.ts';
import { type MasterStage, type Transcript, ticketSecret } from '../../schedule/index.ts';
import {
  CertificateRequest13,
  Finished,
  HandshakeType,
  NEW_SESSION_TICKET_EXTENSIONS,
  NewSessionTicket13,
  readExtensions,
} from '../../wire/index.ts';
import { After13 } from '../after13.ts';
import { decodeMessage, Handshake, type Life, type RawMessage } from '../context.ts';
import type { Established } from '../established.ts';
import { checkEachOnce } from '../extensions.ts';
import type { Gathering } from '../facts.ts';
import type { Session } from '../session.ts';
import type { Traffic13 } from '../traffic13.ts';
import { readDemand, sendClientAuthentication } from './authenticate13.ts';
import { keepSession, keptIdentity } from './resume.ts';
import type { ClientHandshake, ClientSettings } from './settings.ts';

/** Seconds a ticket may live at the most (RFC 9846, section 4.7.1). */
const MAX_LIFETIME = 604_800;

/** A client after its handshake: tickets come, keys change, a certificate may be asked for. */
export class ClientAfter13 extends After13 {
  private readonly client: Life<ClientSettings>;
  private readonly alpn: string | null;
  private readonly resumption: Secret;
  private readonly kept: ReturnType<typeof keptIdentity>;
  private readonly known: Gathering;
  /** Kept only where the server may ask for a certificate later. */
  private readonly transcript: Transcript | null;

  constructor(hs: ClientHandshake, suite: Suite13, traffic: Traffic13, master: MasterStage) {
    super(hs.life(), suite, traffic, master.exporter);
    this.client = hs.life();
    this.alpn = hs.facts.alpn ?? null;
    this.resumption = master.toResumption(hs.transcript.hash());
    this.kept = keptIdentity(hs.facts);
    this.known = hs.facts;
    this.transcript = hs.settings.postHandshakeAuth ? hs.transcript : null;
  }

  protected override receiveOther(message: RawMessage): Flow<Established | null> | null {
    if (message.type === HandshakeType.certificate_request) return this.showCertificate(message);
    if (message.type !== HandshakeType.new_session_ticket) return super.receiveOther(message);
    return this.receiveTicket(decodeMessage(NewSessionTicket13, message));
  }

  private receiveTicket(ticket: NewSessionTicket13): Flow<null> | null {
    const { client, suite } = this;
    checkEachOnce(ticket.extensions.map((extension) => extension.extension_type));
    const { early_data } = readExtensions(NEW_SESSION_TICKET_EXTENSIONS, ticket.extensions);
    const { ticket_lifetime: lifetime } = ticket;
    if (lifetime > MAX_LIFETIME) fail('ERR_TLS_BAD_EXTENSION', `a ticket lifetime of ${lifetime} seconds`);
    if (lifetime === 0) return null;
    const session: Session = {
      version: 'TLSv1.3',
      suite: suite.id,
      secret: ticketSecret(suite.hash, this.resumption.reveal(), ticket.ticket_nonce),
      ticket: ticket.ticket.slice(),
      id: new Uint8Array(0),
      ageAdd: ticket.ticket_age_add,
      receivedAt: client.settings.now(),
      lifetime,
      maxEarlyData: early_data ?? 0,
      extendedMasterSecret: true,
      serverName: client.settings.serverName,
      alpn: this.alpn,
      ...this.kept,
    };
    return (function* keep(): Flow<null> {
      yield* keepSession(client, session);
      return null;
    })();
  }

  /** Post-handshake authentication (RFC 9846, section 4.7.2): each request has a transcript of its own. */
  private showCertificate(message: RawMessage): Flow<null> {
    const { client, transcript } = this;
    if (transcript === null)
      fail('ERR_TLS_UNEXPECTED_MESSAGE', 'a CertificateRequest, though post_handshake_auth was not sent');
    const hs: ClientHandshake = new Handshake('client', client.settings, client.link, client.vault);
    hs.transcript = transcript.copy();
    hs.transcript.add(message.bytes);
    const demand = readDemand(hs, decodeMessage(CertificateRequest13, message));
    const { traffic, known } = this;
    return (function* show(): Flow<null> {
      yield* sendClientAuthentication(hs, demand);
      hs.send(HandshakeType.finished, Finished, traffic.finished('write', hs.transcript.hash()));
      known.certificateRequested = true;
      known.credential = hs.facts.credential ?? null;
      known.ownScheme = hs.facts.ownScheme ?? null;
      return null;
    })();
  }
}
