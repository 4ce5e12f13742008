import type { ContentTypeName } from '../registry/index.ts';
import type { DescribeContext, DescribeRecordContext } from './context.ts';
import type { Description } from './field.ts';
import { describeMessage } from './message.ts';
import { describeRecord } from './record.ts';

/** Describes what an engine sends and receives: the value for its `trace` option. */
export interface DescribingTracer {
  record(bytes: Uint8Array, context: DescribeRecordContext): Description;
  message(protocol: ContentTypeName, bytes: Uint8Array, context: DescribeContext): Description;
}

export const tracer: DescribingTracer = { record: describeRecord, message: describeMessage };
