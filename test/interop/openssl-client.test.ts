import { needTool } from '../support/tools.ts';
import { openSslClient } from './peers/openssl-client.ts';
import { describeClient } from './support/suite.ts';

const tool = needTool('openssl', '3.0');
describeClient(tool === null ? null : openSslClient(tool));
