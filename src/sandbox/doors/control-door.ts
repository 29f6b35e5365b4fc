import { z } from 'zod';
import type { Act } from './acts.js';
import { ImpossibleAct } from './named.js';
import type { Trouble } from '../trouble.js';
import { UnreadableAct } from './unreadable-act.js';
import type { DoorResponse, DoorRequest, Door } from './http.js';

export interface Controls {
  record(): unknown;
  clock(): unknown;
  advance(until: number): Promise<unknown>;
  act(act: Act): Promise<unknown>;
  trouble(trouble: Trouble): void;
  verify(): Promise<unknown>;
  setDoors(doors: z.output<typeof doorsShape>): void;
}

const untilShape = z.object({ until: z.number().int() });
/** Host, and port if not the scheme's own, without scheme and path: as an administrator types it. */
const domain = z.string().regex(/^[^\s/:@]+(:\d+)?$/, 'must be host or host:port');
export const doorsShape = z.object({
  callbackUrl: z.url().optional(),
  trustedDomain: domain.optional(),
  memberPage: z.url({ protocol: /^https?$/ }).optional(),
  shop: z.object({ url: z.url(), token: z.string().min(1) }).optional(),
});

/** `/sandbox/*`: another process may push time, make people act, order trouble and read the record. */
export function controlDoor(controls: Controls): Door {
  return async (request) => {
    if (!request.path.startsWith('/sandbox/')) return undefined;
    try {
      const json = await perform(request);
      return json === undefined ? { status: 404, json: { error: 'unknown_path' } } : { status: 200, json };
    } catch (problem) {
      if (problem instanceof ImpossibleAct) return mistake('impossible_act', problem.message);
      if (problem instanceof UnreadableAct)
        return { status: 400, json: { error: problem.code, message: problem.message, acts: problem.acts } };
      if (problem instanceof z.ZodError || problem instanceof SyntaxError)
        return mistake('bad_request', problem.message);
      throw problem;
    }
  };

  async function perform(request: DoorRequest): Promise<unknown> {
    switch (`${request.method} ${request.path}`) {
      case 'GET /sandbox/record':
        return controls.record();
      case 'GET /sandbox/clock':
        return controls.clock();
      case 'POST /sandbox/advance':
        return controls.advance(untilShape.parse(jsonOf(request)).until);
      case 'POST /sandbox/act':
        return controls.act(jsonOf(request) as Act);
      case 'POST /sandbox/trouble':
        controls.trouble(jsonOf(request) as Trouble);
        return {};
      case 'POST /sandbox/verify':
        return controls.verify();
      case 'POST /sandbox/doors':
        controls.setDoors(doorsShape.parse(jsonOf(request)));
        return {};
      default:
        return undefined;
    }
  }
}

const mistake = (error: string, message: string): DoorResponse => ({ status: 400, json: { error, message } });

const jsonOf = ({ body }: DoorRequest): unknown => JSON.parse(body.toString('utf8'));
