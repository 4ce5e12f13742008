import { connect, type Socket } from 'node:net';
import { concat, EMPTY } from '../../bytes/index.ts';
import { TlsError } from '../../errors/index.ts';
import { type OwnTransport, sizeOf } from './transport.ts';

/** A larger one is a mistake; so would be a larger command, which puts swtpm out of step. */
export const LARGEST_MESSAGE = 4096;

/**
 * swtpm's socket: commands and answers as they are. It serves one connection at a time, and started with `disconnect`
 * closes it after each answer.
 */
export function tcpTransport(host: string, port: number): OwnTransport {
  return new Tcp(host, port);
}

class Tcp implements OwnTransport {
  private readonly host: string;
  private readonly port: number;
  private socket: Socket | null = null;
  /** It hung up after an answer: each command gets a connection of its own. */
  private hangsUp: boolean = false;

  constructor(host: string, port: number) {
    this.host = host;
    this.port = port;
  }

  async transmit(command: Uint8Array): Promise<Uint8Array> {
    const used = this.socket;
    const socket = used ?? (await this.connect());
    const answer = await this.exchange(socket, command);
    if (answer !== null) {
      if (this.hangsUp) this.drop();
      return answer;
    }
    // It hung up before it took the command, as it does after the answer to the one before.
    this.drop();
    if (used === null) throw this.lost();
    this.hangsUp = true;
    const again = await this.exchange(await this.connect(), command);
    this.drop();
    if (again === null) throw this.lost();
    return again;
  }

  async rest(): Promise<void> {
    this.drop();
  }

  destroy(): void {
    this.drop();
  }

  private connect(): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: this.host, port: this.port, noDelay: true });
      this.socket = socket;
      socket.once('connect', () => resolve(socket));
      socket.on('error', (cause: NodeJS.ErrnoException) => {
        const detail = `no TPM answers at ${this.host}:${this.port} (${cause.code}); is swtpm running?`;
        reject(new TlsError('ERR_TLS_KEY_MODULE', { detail, cause }));
      });
      socket.once('close', () => {
        if (this.socket === socket) this.socket = null;
        reject(this.lost());
      });
    });
  }

  /** Null where the connection ended before the first byte of an answer. */
  private exchange(socket: Socket, command: Uint8Array): Promise<Uint8Array | null> {
    return new Promise((resolve, reject) => {
      let answer: Uint8Array = EMPTY;
      const onData = (data: Uint8Array): void => {
        answer = concat(answer, data);
        const size = sizeOf(answer);
        if (size > LARGEST_MESSAGE || answer.length > size) done(() => reject(this.lost('is out of step')));
        else if (answer.length === size) done(() => resolve(answer));
      };
      const onClose = (): void => done(() => (answer.length === 0 ? resolve(null) : reject(this.lost())));
      const done = (then: () => void): void => {
        socket.off('data', onData);
        socket.off('close', onClose);
        then();
      };
      socket.on('data', onData);
      socket.on('close', onClose);
      if (socket.destroyed) onClose();
      else socket.write(command);
    });
  }

  private drop(): void {
    const { socket } = this;
    this.socket = null;
    socket?.destroy();
  }

  private lost(how: string = 'hung up'): TlsError {
    return new TlsError('ERR_TLS_KEY_DEVICE', { detail: `the TPM at ${this.host}:${this.port} ${how}` });
  }
}
