import type { TraceMessage } from '../../handshake/events.ts';
import { type Description, type Field, HandshakeType, nameOf } from '../../wire/index.ts';

const DEEPEST = 4;

/** One message of a trace for people: what it is, then its fields, indented by depth. */
export function traceText(item: TraceMessage): string {
  const { fields, error } = item.description as Description;
  const type = item.protocol === 'handshake' ? ` ${nameOf(HandshakeType, item.bytes[0]!) ?? item.bytes[0]}` : '';
  const lines = [`${item.from}: ${item.protocol}${type}, ${item.bytes.length} bytes`];
  if (item.protocol !== 'application_data') for (const field of fields) describe(field, 1, lines);
  if (error !== null) lines.push(`  ${error}`);
  return `${lines.join('\n')}\n`;
}

function describe(field: Field, depth: number, lines: string[]): void {
  const value = field.value === null ? '' : ` ${shortened(field.value)}`;
  const meaning = field.meaning === '' ? '' : ` (${field.meaning})`;
  lines.push(`${'  '.repeat(depth)}${field.name}${value}${meaning}`);
  if (depth < DEEPEST) for (const inner of field.fields ?? []) describe(inner, depth + 1, lines);
}

function shortened(value: number | string): string {
  const text = `${value}`;
  return text.length > 64 ? `${text.slice(0, 64)}...` : text;
}
