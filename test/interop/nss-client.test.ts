import { nssClient, nssTools } from './peers/nss.ts';
import { describeClient } from './support/suite.ts';

const tools = nssTools();
describeClient(tools === null ? null : nssClient(tools));
