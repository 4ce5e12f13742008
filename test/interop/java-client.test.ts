import { needTool } from '../support/tools.ts';
import { javaPeer } from './peers/java.ts';
import { describeClient } from './support/suite.ts';

const java = needTool('java', '17');
const javac = needTool('javac', '17');
describeClient(java === null || javac === null ? null : (await javaPeer(java, javac)).client);
