import { needTool } from '../support/tools.ts';
import { rustlsPeer } from './peers/rustls.ts';
import { describeClient } from './support/suite.ts';

const tool = needTool('cargo', '1.75');
describeClient(tool === null ? null : (await rustlsPeer(tool)).client);
