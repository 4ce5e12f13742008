import { randomFillSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type JSValueHandle, QuickJS } from 'quickjs-wasi';
import type { Guest, GuestOptions, GuestStatus } from './guest.ts';

/** The types of Node know WebAssembly as a namespace of types alone. */
const { compile } = (
  globalThis as unknown as { WebAssembly: { compile(wasm: Uint8Array): Promise<WebAssembly.Module> } }
).WebAssembly;

let compiled: Promise<WebAssembly.Module> | null = null;

/** The guest program inside a QuickJS of its own. */
export class QuickJsGuest {
  private readonly vm: QuickJS;
  private readonly guest: JSValueHandle;

  private constructor(vm: QuickJS) {
    this.vm = vm;
    this.guest = vm.getProp(vm.global, vm.newString('guest'));
  }

  /** `memoryLimit`: bytes that the engine may use in all. */
  static async load(code: string, memoryLimit?: number): Promise<QuickJsGuest> {
    compiled ??= readFile(fileURLToPath(import.meta.resolve('quickjs-wasi/quickjs.wasm'))).then(compile);
    const vm = await QuickJS.create({ wasm: await compiled, ...(memoryLimit === undefined ? {} : { memoryLimit }) });
    const entropy = vm.newFunction('entropy', (size) =>
      vm.newArrayBuffer(randomFillSync(new Uint8Array(size!.toNumber()))),
    );
    vm.setProp(vm.global, 'entropy', entropy);
    vm.setProp(
      vm.global,
      'now',
      vm.newFunction('now', () => vm.newNumber(Date.now())),
    );
    vm.evalCode(code).dispose();
    return new QuickJsGuest(vm);
  }

  connect(options: GuestOptions): void {
    this.call('connect', this.vm.newString(JSON.stringify(options))).dispose();
  }

  receive(bytes: Uint8Array): void {
    this.call('receive', this.vm.newArrayBuffer(bytes)).dispose();
    this.vm.executePendingJobs();
  }

  receiveEnd(): void {
    this.call('receiveEnd').dispose();
  }

  send(bytes: Uint8Array): void {
    this.call('send', this.vm.newArrayBuffer(bytes)).dispose();
  }

  close(): void {
    this.call('close').dispose();
  }

  output(): Uint8Array {
    return this.bytes('output');
  }

  data(): Uint8Array {
    return this.bytes('data');
  }

  message(): Uint8Array {
    return this.bytes('message');
  }

  signed(signature: Uint8Array): void {
    this.call('signed', this.vm.newArrayBuffer(signature)).dispose();
    this.vm.executePendingJobs();
  }

  get status(): GuestStatus {
    return JSON.parse(this.call('status').toString()) as GuestStatus;
  }

  dispose(): void {
    this.vm.dispose();
  }

  private bytes(name: keyof Guest): Uint8Array {
    const handle = this.call(name);
    const bytes = new Uint8Array(handle.toArrayBuffer()).slice();
    handle.dispose();
    return bytes;
  }

  private call(name: keyof Guest, ...args: JSValueHandle[]): JSValueHandle {
    const method = this.guest.getProp(name);
    const result = this.vm.callFunction(method, this.guest, ...args);
    for (const handle of [method, ...args]) handle.dispose();
    return result;
  }
}
