import { clockText, dayOf, isoDay, minuteOfDay } from '../domain/day.js';
import { broadcastStore, type Broadcast } from '../features/broadcasts/broadcast.store.js';
import { cancelBroadcast, pauseBroadcast, resumeBroadcast } from '../features/broadcasts/control-broadcast.js';
import { templateStore } from '../features/templates/template.store.js';
import { broadcastProgress } from '../insights/broadcast-progress.js';
import { OperatorMistake } from '../platform/errors.js';
import type { Sql } from '../platform/database/sql.js';
import type { Command, CommandAnswer, Invocation } from './command.js';

const WORD = '群发';
const MOST_LISTED = 5;

const controls = {
  暂停: 'pause',
  停: 'pause',
  pause: 'pause',
  继续: 'resume',
  恢复: 'resume',
  resume: 'resume',
  取消: 'cancel',
  cancel: 'cancel',
} as const satisfies Readonly<Record<string, 'pause' | 'resume' | 'cancel'>>;
const isControl = (word: string): word is keyof typeof controls => Object.hasOwn(controls, word);

const onTheWay: ReadonlySet<string> = new Set(['planned', 'sending', 'waiting']);

/** `320 人里发出 120，在排或等员工点 60，没有发 20` */
async function progressWords(sql: Sql, { id, people }: Broadcast): Promise<string> {
  let [sent, ahead, held] = [0, 0, 0];
  for (const { state, n } of await broadcastProgress(sql, id)) {
    if (state === 'sent') sent += n;
    else if (onTheWay.has(state)) ahead += n;
    else held += n;
  }
  return `${people} 人里发出 ${sent}，在排或等员工点 ${ahead}，没有发 ${held}`;
}

function stateWords({ state, pausedFor, startsAt }: Broadcast, { clock, timeZone }: Invocation): string {
  if (state === 'cancelled') return '已取消';
  if (pausedFor === 'person') return '已暂停';
  if (pausedFor !== null) return '等人在控制台再看一遍';
  if (state === 'planned') return '排好了';
  if (startsAt <= clock.now()) return '正在排';
  return `定在 ${isoDay(dayOf(startsAt, timeZone))} ${clockText(minuteOfDay(startsAt, timeZone))}`;
}

async function list(invocation: Invocation): Promise<CommandAnswer> {
  const { db } = invocation;
  const broadcasts = await broadcastStore.list(db.read, MOST_LISTED);
  if (broadcasts.length === 0) return { text: '还没有群发过。在控制台「群发」里看过再发。' };
  const lines: string[] = [];
  for (const broadcast of broadcasts) {
    const name = (await templateStore.nameOf(db.read, broadcast.template)) ?? broadcast.template;
    const progress = await progressWords(db.read, broadcast);
    lines.push(`${broadcast.id}. 「${name}」${stateWords(broadcast, invocation)}：${progress}`);
  }
  return {
    text: [...lines, `回复「${WORD} 暂停 ${broadcasts[0]!.id}」先停下，「继续」或「取消」也一样写。`].join('\n'),
  };
}

function control({ engine, request }: Invocation, to: 'pause' | 'resume' | 'cancel', id: number): CommandAnswer {
  const by = request.from.kind === 'staff' ? request.from.staff : '';
  return {
    text: '',
    write: async (tx, now): Promise<string> => {
      try {
        if (to === 'pause') {
          await pauseBroadcast({ tx, now }, id, by);
          return `已暂停第 ${id} 次群发：不再往下发，已经交给员工点的除外。回复「${WORD} 继续 ${id}」接着发。`;
        }
        if (to === 'resume') {
          await resumeBroadcast({ tx, now, context: await engine.context() }, id, { by, seen: null });
          engine.broadcastWaits();
          return `第 ${id} 次群发接着发。`;
        }
        const stopped = await cancelBroadcast({ tx, engine, now }, id, by);
        return `已取消第 ${id} 次群发，停下 ${stopped} 条。已经发出的收不回来。`;
      } catch (cause) {
        // A refusal is known before anything is written.
        if (cause instanceof OperatorMistake) return refusals[cause.code] ?? cause.message;
        throw cause;
      }
    },
  };
}

const again = '先在控制台「群发」里再看一遍，再从那里继续。';
const refusals: Readonly<Record<string, string>> = {
  no_such_run: `没有这次群发。发送「${WORD}」看编号。`,
  run_ended: '这次群发已经取消了。',
  other_text: `文字在看过以后改了。${again}`,
  other_audience: `范围内的人数和看过时差得多。${again}`,
  no_such_broadcast: '它的模板停用了，或不再是群发。先在控制台启用。',
};

export const broadcastCommand: Command = {
  words: [WORD, 'broadcasts', 'broadcast'],
  role: 'operator',
  usage: `${WORD} [暂停|继续|取消 <编号>]`,
  does: '看最近的群发到了哪一步，或停下、继续、取消一次',
  needsArgument: false,
  takesArgument: true,
  run(invocation) {
    const argument = invocation.argument.trim().toLowerCase();
    if (argument === '') return list(invocation);
    const [, word = '', digits = ''] = /^(\S+?)\s*#?(\d{1,15})$/u.exec(argument) ?? [];
    if (isControl(word)) return Promise.resolve(control(invocation, controls[word], Number(digits)));
    return Promise.resolve({ text: `写成「${WORD} 暂停 12」这样，暂停、继续、取消都可以。发送「${WORD}」看编号。` });
  },
};
