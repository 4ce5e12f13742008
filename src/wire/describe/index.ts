export type { DescribeContext, DescribeRecordContext } from './context.ts';
export type { Description, Field } from './field.ts';
export { describeAlert, describeChangeCipherSpec, describeHandshake, describeMessage } from './message.ts';
export { describeRecord } from './record.ts';
export { exchangeOf, type Protection, protectionOf } from './suite.ts';
export { type DescribingTracer, tracer } from './tracer.ts';
