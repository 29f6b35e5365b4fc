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
  /** False where the caller pushes the clock and calls `WorkLoop.drain`. */
  readonly runsByItself?: boolean;
  /** Operators beside those of the config file, for the demo and the tests. */
  readonly operators?: readonly string[];
  readonly sandboxPuppet?: Puppet;
  readonly wecomQuotas?: ChannelEnvironment['wecomQuotas'];
  /** False for the demo alone. No setting of a live start can turn it off. */
  readonly survivesPowerCut?: boolean;
  /** Set by the demo alone. */
  readonly demo?: DemoSettings;
}
