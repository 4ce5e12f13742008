export * from './alert.ts';
export * from './codec/index.ts';
export * from './extension.ts';
export * from './extensions/index.ts';
export * from './handshake/index.ts';
export * from './record.ts';
export * from './registry/index.ts';
export * from './types.ts';
