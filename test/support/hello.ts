import type { ClientHello, Extension, ServerHello } from '../../src/wire/index.ts';

type Hello = ClientHello | ServerHello;

/** Other fields. */
export const fields =
  (change: Partial<ClientHello & ServerHello>) =>
  <T extends Hello>(hello: T): T => ({ ...hello, ...change });

/** Other extensions in place of those of the same type, at the end. */
export const other =
  (...list: readonly Extension[]) =>
  <T extends Hello>(hello: T): T => {
    const kept = (hello.extensions ?? []).filter(
      (one) => !list.some((two) => two.extension_type === one.extension_type),
    );
    return { ...hello, extensions: [...kept, ...list] };
  };

/** More extensions, whatever is there, at the end. */
export const more =
  (...list: readonly Extension[]) =>
  <T extends Hello>(hello: T): T => ({
    ...hello,
    extensions: [...(hello.extensions ?? []), ...list],
  });

/** Without the extensions of these types. */
export const lacking =
  (...types: readonly number[]) =>
  <T extends Hello>(hello: T): T => ({
    ...hello,
    extensions: (hello.extensions ?? []).filter((one) => !types.includes(one.extension_type)),
  });
