import { needTool } from '../support/tools.ts';
import { openSslServer } from './peers/openssl-server.ts';
import { describeServer } from './support/suite.ts';

const tool = needTool('openssl', '3.0');
describeServer(tool === null ? null : openSslServer(tool));
