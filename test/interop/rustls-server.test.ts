import { needTool } from '../support/tools.ts';
import { rustlsPeer } from './peers/rustls.ts';
import { describeServer } from './support/suite.ts';

const tool = needTool('cargo', '1.75');
describeServer(tool === null ? null : (await rustlsPeer(tool)).server);
