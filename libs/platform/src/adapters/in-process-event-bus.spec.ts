import { describeEventBus } from '../testing/event-bus.suite.js';
import { RecordingLogger } from '../testing/recording-logger.js';
import { InProcessEventBus } from './in-process-event-bus.js';

describeEventBus('InProcessEventBus', async () => new InProcessEventBus(new RecordingLogger()));
