import { needTool } from '../support/tools.ts';
import { gnuTlsClient } from './peers/gnutls-client.ts';
import { describeClient } from './support/suite.ts';

const cli = needTool('gnutls-cli', '3.7');
describeClient(cli === null ? null : gnuTlsClient(cli));
