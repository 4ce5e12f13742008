export * from './certificates.ts';
export * from './extension-type.ts';
export * from './key-exchange.ts';
export * from './protocol.ts';
export * from './registry.ts';
