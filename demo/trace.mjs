// Puts the trace of signet-tls into words.
import { parseCertificate } from 'signet-tls/x509';

/** Characters of a value; longer ones are cut. */
const SHOWN = 64;

/** The line of the timeline for a record or a message. */
export function stepOf({ type, protocol, bytes, protected: isProtected, description }) {
  const { fields, error } = description;
  if (type === 'record') {
    return { what: 'record', bytes: bytes.length, remark: error ?? (isProtected ? 'protected' : 'in the clear') };
  }
  const what = protocol === 'handshake' ? fields[0].meaning : protocol;
  return { what, bytes: bytes.length, remark: error ?? REMARKS[what]?.(fields) ?? '' };
}

/** Every field of a record or message on a line of its own, parts below what they are part of. */
export function fieldLines({ fields }, depth = 0) {
  return fields.flatMap((field) => {
    const name = `${'  '.repeat(depth)}${field.name}`;
    const line = `             ${name.padEnd(36)}  ${shown(field)}`.trimEnd();
    return field.fields === undefined ? [line] : [line, ...fieldLines(field, depth + 1)];
  });
}

/** The value of a leaf, and what it means; of what has parts, they tell the value. */
function shown({ value, meaning, start, end, fields }) {
  if (fields !== undefined) return meaning;
  const size = end - start;
  const text = typeof value === 'number' ? `0x${value.toString(16).padStart(2 * size, '0')}` : cut(value, size);
  return meaning === '' ? text : `${text}  ${meaning}`;
}

function cut(text, size) {
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}... (${size} bytes)`;
}

/** What is worth telling of a message. */
const REMARKS = {
  client_hello(fields) {
    const offered = all(find(fields, 'versions'), 'ProtocolVersion').map((version) => version.meaning);
    const name = find(fields, 'host_name');
    const versions = offered.length > 0 ? offered.join(' or ') : find(fields, 'legacy_version').meaning;
    return `${versions}${name === null ? '' : `, server name ${name.value}`}`;
  },
  server_hello(fields) {
    const version = find(fields, 'selected_version') ?? find(fields, 'legacy_version');
    const group = find(fields, 'group') ?? find(fields, 'selected_group');
    const parts = [version.meaning, find(fields, 'cipher_suite').meaning, group?.meaning];
    const retry = find(fields, 'random').meaning;
    return [...parts, retry].filter(Boolean).join(', ');
  },
  server_key_exchange(fields) {
    const [group, scheme] = [find(fields, 'named_curve'), find(fields, 'algorithm')];
    return [group?.meaning, scheme && `signed with ${scheme.meaning}`].filter(Boolean).join(', ');
  },
  certificate(fields) {
    const entries = find(fields, 'certificate_list').fields.slice(1);
    const names = entries.map((entry) => `${parseCertificate(fromHex(find([entry], 'opaque').value)).subject}`);
    return names.length === 0 ? 'none' : names.join(', ');
  },
  certificate_request: () => "asks for the device's certificate",
  certificate_verify: (fields) => `signed with ${find(fields, 'algorithm').meaning}`,
  new_session_ticket: (fields) => `good for ${fields[2].meaning}`,
  alert: (fields) => fields.map((field) => field.meaning).join(', '),
};

/** The first field of this name, however deep; null if there is none. */
function find(fields, name) {
  for (const field of fields) {
    const found = field.name === name ? field : find(field.fields ?? [], name);
    if (found !== null) return found;
  }
  return null;
}

function all(field, name) {
  return field?.fields.filter((part) => part.name === name) ?? [];
}

function fromHex(text) {
  return new Uint8Array(Buffer.from(text, 'hex'));
}
