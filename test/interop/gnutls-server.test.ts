import { needTool } from '../support/tools.ts';
import { gnuTlsServer } from './peers/gnutls-server.ts';
import { describeServer } from './support/suite.ts';

const serv = needTool('gnutls-serv', '3.7');
const cli = needTool('gnutls-cli', '3.7');
describeServer(serv === null || cli === null ? null : gnuTlsServer(serv, cli));
