import { nssServer, nssTools } from './peers/nss.ts';
import { describeServer } from './support/suite.ts';

const tools = nssTools();
describeServer(tools === null ? null : nssServer(tools));
