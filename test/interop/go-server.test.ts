import { needTool } from '../support/tools.ts';
import { goPeer } from './peers/go.ts';
import { describeServer } from './support/suite.ts';

const tool = needTool('go', '1.24');
describeServer(tool === null ? null : (await goPeer(tool)).server);
