import { needTool } from '../support/tools.ts';
import { curlClient } from './peers/curl.ts';
import { describeClient } from './support/suite.ts';

const tool = needTool('curl', '7.88');
describeClient(tool === null ? null : curlClient(tool));
