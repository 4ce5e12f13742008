import { needTool } from '../support/tools.ts';
import { goPeer } from './peers/go.ts';
import { describeClient } from './support/suite.ts';

const tool = needTool('go', '1.24');
describeClient(tool === null ? null : (await goPeer(tool)).client);
