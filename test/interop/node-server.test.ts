import { nodePeers } from './peers/node.ts';
import { describeServer } from './support/suite.ts';

for (const { server } of nodePeers()) describeServer(server);
