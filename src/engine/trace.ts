import type { Event, TraceContext, TraceMessage, Tracer } from '../handshake/events.ts';
import { VERSION_CODES, type Version } from '../handshake/version.ts';

/** Turns what passes through a connection into trace events, described by the configured tracer. */
export class Trace {
  private readonly tracer: Tracer;
  private readonly us: 'client' | 'server';
  private readonly emit: (event: Event) => void;
  private version: number | null = null;
  private exchange: string | null = null;

  constructor(tracer: Tracer, us: 'client' | 'server', emit: (event: Event) => void) {
    this.tracer = tracer;
    this.us = us;
    this.emit = emit;
  }

  setVersion(version: Version, exchange: string | null): void {
    this.version = VERSION_CODES[version];
    this.exchange = exchange;
  }

  received(bytes: Uint8Array, isProtected: boolean, content: Uint8Array, type: number): void {
    this.record(this.peer, bytes.slice(), isProtected && type !== 20, content.slice());
  }

  /** A record that could not be opened, which is the one that somebody wants to see. */
  refused(bytes: Uint8Array, isProtected: boolean): void {
    this.record(this.peer, bytes.slice(), isProtected, null);
  }

  sentRecord(bytes: Uint8Array, isProtected: boolean, content: Uint8Array): void {
    this.record(this.us, bytes, isProtected, content);
  }

  handshake(message: Uint8Array): void {
    this.message(this.peer, 'handshake', message.slice());
  }

  alert(content: Uint8Array): void {
    this.message(this.peer, 'alert', content.slice());
  }

  changeCipherSpec(content: Uint8Array): void {
    this.message(this.peer, 'change_cipher_spec', content.slice());
  }

  data(content: Uint8Array): void {
    this.message(this.peer, 'application_data', content.slice());
  }

  sentMessage(protocol: TraceMessage['protocol'], bytes: Uint8Array): void {
    this.message(this.us, protocol, bytes.slice());
  }

  private get peer(): 'client' | 'server' {
    return this.us === 'client' ? 'server' : 'client';
  }

  private context(from: 'client' | 'server'): TraceContext {
    return { from, version: this.version, exchange: this.exchange };
  }

  private record(
    from: 'client' | 'server',
    bytes: Uint8Array,
    isProtected: boolean,
    plaintext: Uint8Array | null,
  ): void {
    const context = { ...this.context(from), protected: isProtected, plaintext };
    const description = this.tracer.record(bytes, context);
    this.emit({ type: 'record', from, bytes, protected: isProtected, plaintext, description });
  }

  private message(from: 'client' | 'server', protocol: TraceMessage['protocol'], bytes: Uint8Array): void {
    const description = this.tracer.message(protocol, bytes, this.context(from));
    this.emit({ type: 'message', from, protocol, bytes, description });
  }
}
