import { type FileHandle, open } from 'node:fs/promises';
import { concat, EMPTY } from '../../bytes/index.ts';
import { TlsError } from '../../errors/index.ts';
import { type OwnTransport, sizeOf } from './transport.ts';

const LARGEST_ANSWER = 4096;

/**
 * A TPM as a device of the kernel. One write(2) is one command; its answer is read until it is whole. Both run in Node's
 * thread pool, so that the event loop goes on however long the TPM takes.
 */
export function deviceTransport(path: string): OwnTransport {
  return new Device(path);
}

class Device implements OwnTransport {
  private readonly path: string;
  private file: FileHandle | null = null;

  constructor(path: string) {
    this.path = path;
  }

  async transmit(command: Uint8Array): Promise<Uint8Array> {
    this.file ??= await this.open();
    // Without a position: devices know no other write than write(2).
    await this.file.write(command, 0, command.length, null);
    let answer: Uint8Array = EMPTY;
    do {
      const { bytesRead, buffer } = await this.file.read(new Uint8Array(LARGEST_ANSWER), 0, LARGEST_ANSWER, null);
      if (bytesRead === 0) throw new TlsError('ERR_TLS_KEY_DEVICE', { detail: `${this.path} gave no answer` });
      answer = concat(answer, buffer.subarray(0, bytesRead));
    } while (answer.length < sizeOf(answer));
    return answer;
  }

  async rest(): Promise<void> {
    const { file } = this;
    this.file = null;
    await file?.close();
  }

  destroy(): void {
    void this.rest().catch(() => {});
  }

  private async open(): Promise<FileHandle> {
    try {
      return await open(this.path, 'r+');
    } catch (cause) {
      throw new TlsError('ERR_TLS_KEY_MODULE', { detail: `${this.path} ${why(cause)}`, cause });
    }
  }
}

function why(cause: unknown): string {
  const { code } = cause as { code?: unknown };
  if (code === 'ENOENT') return 'is not there: this machine has no TPM, or the kernel no driver for it';
  if (code === 'EACCES') return 'may not be opened: let this user join the group that owns it, usually tss';
  if (code === 'EBUSY') return 'is in use by another program; /dev/tpmrm0 can be shared';
  return `cannot be opened (${String(code)})`;
}
