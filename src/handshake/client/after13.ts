import type { Secret } from '../../bytes/index.ts';
import type { Suite13 } from '../../crypto/index.ts';
import { fail } from '../../errors/index.ts';
import type { Flow } from '../../flow/index.ts';
import { ticketSecret } from '../../schedule/index.ts';
import { HandshakeType, NEW_SESSION_TICKET_EXTENSIONS, NewSessionTicket13, readExtensions } from '../../wire/index.ts';
import { After13 } from '../after13.ts';
import { decodeMessage, type Life, type RawMessage } from '../context.ts';
import type { Established } from '../established.ts';
import type { VerifiedIdentity } from '../peer.ts';
import type { Traffic13 } from '../traffic13.ts';
import type { ClientSettings } from '../settings.ts';

/** Seconds a ticket may live at the most (RFC 9846, section 4.7.1). */
const MAX_LIFETIME = 604_800;

/** A client after its handshake: tickets come, keys change. */
export class ClientAfter13 extends After13 {
  private readonly client: Life<ClientSettings>;
  private readonly alpn: string | null;
  private readonly resumption: Secret;
  private readonly peer: VerifiedIdentity | null;

  constructor(
    life: Life<ClientSettings>,
    suite: Suite13,
    traffic: Traffic13,
    exporter: Secret,
    resumption: Secret,
    peer: VerifiedIdentity | null,
    alpn: string | null,
  ) {
    super(life, suite, traffic, exporter);
    this.client = life;
    this.alpn = alpn;
    this.resumption = resumption;
    this.peer = peer;
  }

  protected override receiveOther(message: RawMessage): Flow<Established | null> | null {
    if (message.type !== HandshakeType.new_session_ticket) return super.receiveOther(message);
    this.receiveTicket(decodeMessage(NewSessionTicket13, message));
    return null;
  }

  private receiveTicket(ticket: NewSessionTicket13): void {
    const { client, suite, peer } = this;
    const { early_data } = readExtensions(NEW_SESSION_TICKET_EXTENSIONS, ticket.extensions);
    if (ticket.ticket_lifetime > MAX_LIFETIME)
      fail('ERR_TLS_BAD_EXTENSION', `a ticket lifetime of ${ticket.ticket_lifetime} seconds`);
    if (ticket.ticket_lifetime === 0) return;
    client.link.emit({
      type: 'session',
      session: {
        version: 'TLSv1.3',
        suite: suite.id,
        secret: ticketSecret(suite.hash, this.resumption.reveal(), ticket.ticket_nonce),
        ticket: ticket.ticket.slice(),
        id: new Uint8Array(0),
        ageAdd: ticket.ticket_age_add,
        receivedAt: client.settings.now(),
        lifetime: ticket.ticket_lifetime,
        maxEarlyData: early_data ?? 0,
        extendedMasterSecret: true,
        serverName: client.settings.serverName,
        alpn: this.alpn,
        chain: peer === null ? [] : peer.chain,
        notAfter: peer === null ? null : peer.verdict.notAfter,
      },
    });
  }
}
