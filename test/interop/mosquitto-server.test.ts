import { needTool } from '../support/tools.ts';
import { mosquittoServer } from './peers/mosquitto.ts';
import { describeServer } from './support/suite.ts';

const tool = needTool('mosquitto', '2.0');
describeServer(tool === null ? null : mosquittoServer(tool));
