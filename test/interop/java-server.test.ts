import { needTool } from '../support/tools.ts';
import { javaPeer } from './peers/java.ts';
import { describeServer } from './support/suite.ts';

const java = needTool('java', '17');
const javac = needTool('javac', '17');
describeServer(java === null || javac === null ? null : (await javaPeer(java, javac)).server);
