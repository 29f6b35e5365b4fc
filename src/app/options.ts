import type { Puppet } from 'wechaty-puppet';
import type { ChannelEnvironment } from '../channels/channel-definition.js';
import type { DemoSettings } from '../console/console.tokens.js';
import type { Clock } from '../platform/clock.js';
import type { Config } from '../platform/config/config.js';
import type { Logger } from '../platform/logger/logger.js';

export interface ProductOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly logger: Logger;
  /** False where somebody else pushes the clock and calls `settle`. */
  readonly runsByItself?: boolean;
  /** Besides those of the file: the demo's and the tests' own. */
  readonly operators?: readonly string[];
  readonly sandboxPuppet?: Puppet;
  readonly wecomQuotas?: ChannelEnvironment['wecomQuotas'];
  /** False for the demo alone: nothing a live start reads can say so. */
  readonly outlivesPowerCut?: boolean;
  /** Of the demo alone. */
  readonly demo?: DemoSettings;
}
