export * from './certificates.ts';
export * from './cipher-suites/index.ts';
export * from './extension-type.ts';
export * from './key-exchange.ts';
export * from './protocol.ts';
export * from './registry.ts';
export * from './signature-scheme.ts';
