// What haproxy, nginx and mosquitto are told. haproxy behaves most like the service; nginx and mosquitto show other ways.

import { existsSync } from 'node:fs';

/** How MQTT is named on port 443 where a certificate logs in. */
export const ALPN = 'x-amzn-mqtt-ca';

/** AWS's policy IoTSecurityPolicy_TLS13_1_2_2022_10, in OpenSSL's names: what it lists, in its order. */
const SUITES_13 = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'];
const AES = ['AES128-GCM-SHA256', 'AES128-SHA256', 'AES128-SHA', 'AES256-GCM-SHA384', 'AES256-SHA384', 'AES256-SHA'];
const SUITES_12 = [
  ...AES.map((name) => `ECDHE-RSA-${name}`),
  ...AES.map((name) => name.replace('AES256-SHA384', 'AES256-SHA256')),
  ...AES.map((name) => `ECDHE-ECDSA-${name}`),
];

/** Listeners of haproxy, by name. `keys` are the files with the server's chain and key; `alpn`: only those who name it. */
const HAPROXY = {
  mqtt: { keys: 'both' },
  rsa: { keys: 'rsa' },
  ecdsa: { keys: 'ecdsa' },
  tls12: { keys: 'rsa', more: 'ssl-max-ver TLSv1.2' },
  tls13: { keys: 'rsa', more: 'ssl-min-ver TLSv1.3' },
  alpn: { keys: 'both', more: `alpn ${ALPN}`, rule: `tcp-request content reject unless { ssl_fc_alpn ${ALPN} }` },
};

/** Debian loads it as a module; elsewhere it may be built in. */
const STREAM_MODULES = ['/usr/lib/nginx/modules/ngx_stream_module.so'].filter((file) => existsSync(file));

/** Names of all ports: those of haproxy, and these of nginx and mosquitto; `plain` is mosquitto without TLS, behind the others. */
export const PORTS = [...Object.keys(HAPROXY), 'nginx', 'passThrough', 'mosquitto', 'plain'];

/**
 * @param {(name: string) => string} file where a file is
 * @param {Record<string, number>} ports
 */
export function haproxyConfiguration(file, ports) {
  const frontends = Object.entries(HAPROXY).flatMap(([name, { keys, more = '', rule }]) => [
    `frontend ${name}`,
    `  bind 127.0.0.1:${ports[name]} ssl crt ${file(keys)}.pem ca-file ${file('devices.crt')} verify required strict-sni ${more}`,
    ...(rule === undefined ? [] : ['  tcp-request inspect-delay 5s', `  ${rule}`]),
    '  default_backend broker',
  ]);
  return lines([
    'global',
    '  log stdout format raw local0',
    '  maxconn 500',
    '  ssl-default-bind-options ssl-min-ver TLSv1.2',
    `  ssl-default-bind-ciphers ${SUITES_12.join(':')}`,
    `  ssl-default-bind-ciphersuites ${SUITES_13.join(':')}`,
    'defaults',
    '  mode tcp',
    '  log global',
    '  option logasap',
    '  log-format "%ts %f %[ssl_fc_protocol] %[ssl_fc_cipher] alpn=%[ssl_fc_alpn] sni=%[ssl_fc_sni] device=%[ssl_c_s_dn(cn)]"',
    '  timeout connect 5s',
    '  timeout client 60s',
    '  timeout server 60s',
    ...frontends,
    'backend broker',
    `  server mosquitto 127.0.0.1:${ports.plain}`,
  ]);
}

/** `nginx` refuses another protocol by an alert; `passThrough` reads the ClientHello only, and mosquitto does TLS. */
export function nginxConfiguration(file, ports, serverName) {
  const ours = `~^[^.]+${serverName.replace(/^[^.]+/, '').replaceAll('.', '\\.')}\\|${ALPN}$`;
  return lines([
    ...STREAM_MODULES.map((module) => `load_module ${module};`),
    'daemon off;',
    'master_process off;',
    `pid ${file('nginx.pid')};`,
    'error_log stderr info;',
    'events { worker_connections 256; }',
    'stream {',
    `  map $ssl_preread_server_name|$ssl_preread_alpn_protocols $behind { "${ours}" 127.0.0.1:${ports.mosquitto}; }`,
    '  server {',
    `    listen 127.0.0.1:${ports.nginx} ssl;`,
    `    ssl_certificate ${file('rsa.pem')}; ssl_certificate_key ${file('rsa.pem')};`,
    `    ssl_certificate ${file('ecdsa.pem')}; ssl_certificate_key ${file('ecdsa.pem')};`,
    `    ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers ${SUITES_12.join(':')};`,
    `    ssl_verify_client on; ssl_client_certificate ${file('devices.crt')};`,
    `    ssl_alpn ${ALPN};`,
    `    proxy_pass 127.0.0.1:${ports.plain};`,
    '  }',
    `  server { listen 127.0.0.1:${ports.passThrough}; ssl_preread on; proxy_pass $behind; }`,
    '}',
  ]);
}

export function mosquittoConfiguration(file, ports) {
  return lines([
    'per_listener_settings true',
    'persistence false',
    'log_dest stderr',
    // Started by root it would become a user who cannot read its files.
    ...(process.getuid?.() === 0 ? ['user root'] : []),
    `listener ${ports.plain} 127.0.0.1`,
    'allow_anonymous true',
    `listener ${ports.mosquitto} 127.0.0.1`,
    `cafile ${file('devices.crt')}`,
    `certfile ${file('rsa.pem')}`,
    `keyfile ${file('rsa.pem')}`,
    'tls_version tlsv1.2',
    'require_certificate true',
    'use_identity_as_username true',
  ]);
}

function lines(all) {
  return `${all.join('\n')}\n`;
}
