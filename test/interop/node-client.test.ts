import { nodePeers } from './peers/node.ts';
import { describeClient } from './support/suite.ts';

for (const { client } of nodePeers()) describeClient(client);
