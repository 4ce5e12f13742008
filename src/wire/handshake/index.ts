export * from './client-key-exchange.ts';
export * from './frame.ts';
export * from './hello.ts';
export * from './messages.ts';
export * from './messages12.ts';
export * from './messages13.ts';
export * from './server-key-exchange.ts';
