import { contractSuite } from '../contract/suite.ts';
import { openRealServer } from './contract-server.ts';

contractSuite(openRealServer);
