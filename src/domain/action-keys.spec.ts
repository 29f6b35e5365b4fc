import { describe, expect, expectTypeOf, it } from 'vitest';
import * as keys from './action-keys.js';
import { asGroupId, asMemberId, asMoveId } from './ids.js';

const member = asMemberId(7);
const move = asMoveId(12);
const group = asGroupId(3);
const NOON = 1_760_000_000_000;

/** Every format as it is stored in existing databases. */
const formats: Readonly<Record<string, readonly [made: string, stored: string][]>> = {
  messageKey: [
    [keys.messageKey('welcome', member, ''), 'welcome:7'],
    [keys.messageKey('marks', member, '100'), 'marks:7:100'],
  ],
  messageKeyStart: [[keys.messageKeyStart('marks', member), 'marks:7']],
  invitationKey: [[keys.invitationKey('invite', move), 'invite:move:12']],
  numberedKey: [
    [keys.numberedKey(keys.messageKey('marks', member, '100'), 1), 'marks:7:100'],
    [keys.numberedKey(keys.messageKey('marks', member, '100'), 2), 'marks:7:100~2'],
  ],
  withoutNumber: [
    [keys.withoutNumber('marks:7:100~12'), 'marks:7:100'],
    [keys.withoutNumber('marks:7:100'), 'marks:7:100'],
  ],
  replyKey: [[keys.replyKey('wecom:msg:1'), 'reply:wecom:msg:1']],
  announcementKey: [[keys.announcementKey(keys.replyKey('chat:msg:1')), 'reply:chat:msg:1:announced']],
  pauseNoticeKey: [
    [keys.pauseNoticeKey(true, 'wecom:msg:1'), 'paused:wecom:msg:1'],
    [keys.pauseNoticeKey(false, 'wecom:msg:1'), 'resumed:wecom:msg:1'],
  ],
  addToGroupKey: [[keys.addToGroupKey(move), 'add:12']],
  leaveGroupKey: [[keys.leaveGroupKey(move), 'leave:12']],
  leaveByHandKey: [[keys.leaveByHandKey(move), 'leave:12:by_hand']],
  groupTextKey: [[keys.groupTextKey('quiet', group, '20500'), 'group_text:quiet:3:20500']],
  groupNoteKey: [[keys.groupNoteKey('quiet', group, '20500'), 'group_note:quiet:3:20500']],
  planPostKey: [[keys.planPostKey(12, 2, group), 'group_plan:12:2:3']],
  groupWelcomeKey: [[keys.groupWelcomeKey('vip', 2, '2026-03-02'), 'group_welcome:vip:2:2026-03-02']],
  retireGroupWelcomeKey: [[keys.retireGroupWelcomeKey('tpl', '2026-03-02'), 'retire_group_welcome:tpl:2026-03-02']],
  testMessageKey: [[keys.testMessageKey('LinXia', 'ab', 3), 'test_message:LinXia:ab:3']],
  broadcastHeldKey: [[keys.broadcastHeldKey(3, 9), 'broadcast_held:3:9']],
  watchedLaunchKey: [[keys.watchedLaunchKey('news', 2, 'waits:0'), 'watched_launch:news:2:waits:0']],
  askPlanKey: [[keys.askPlanKey('2026-04'), 'ask_plan:2026-04']],
  removeSilentKey: [[keys.removeSilentKey(group, member, 9), 'silent:3:7:9']],
  remindTaskKey: [[keys.remindTaskKey(5, '2026-03-02'), 'remind_task:5:2026-03-02']],
  remindTapKey: [[keys.remindTapKey('LinXia', '2026-03-02'), 'remind_tap:LinXia:2026-03-02']],
  cardKey: [[keys.cardKey(5, NOON), 'card:5:1760000000000']],
  closeCardKey: [[keys.closeCardKey(5, 'resp'), 'card:5:close:resp']],
  deniedKey: [[keys.deniedKey(5, NOON), 'denied:5:1760000000000']],
  readdressedTaskKey: [[keys.readdressedTaskKey(5, 'LinXia', NOON), 'task:5:to:LinXia:1760000000000']],
  nextGroupKeyStart: [[keys.nextGroupKeyStart('loyal'), 'next_group:loyal:']],
  nextGroupKey: [[keys.nextGroupKey('loyal', 2), 'next_group:loyal:2']],
  rewordedNextGroupKey: [
    [
      keys.rewordedNextGroupKey('loyal', 2, { kind: 'pool_full', staff: 'LinXia' }),
      'next_group:loyal:2:pool_full:LinXia',
    ],
  ],
  readForFactKey: [[keys.readForFactKey('wecom:msg:1:0'), 'read:wecom:msg:1:0']],
  readOneForFactKey: [[keys.readOneForFactKey('wecom:msg:1:0', 'wm1'), 'read:wecom:msg:1:0:wm1']],
  readForTagsKey: [[keys.readForTagsKey('wm1', ['et1', 'et2']), 'read:wm1:unknown:et1,et2']],
  readForTaskKey: [[keys.readForTaskKey(5, NOON), 'read:task:5:1760000000000']],
  readForJoinWayKey: [[keys.readForJoinWayKey(9, 'wr1'), 'read:way:9:wr1']],
  readAcquisitionStatsKey: [[keys.readAcquisitionStatsKey(3, '2025-10-09'), 'acquisition_stats:3:2025-10-09']],
  readGroupStatsKey: [[keys.readGroupStatsKey('LinXia', '2025-10-09'), 'group_stats:LinXia:2025-10-09']],
  remarkKey: [
    [keys.remarkKey('wm1', 'LinXia', NOON), 'remark:wm1:LinXia:1760000000000'],
    [keys.remarkKey('wm1', 'LinXia', undefined), 'remark:wm1:LinXia:unknown'],
  ],
  tagsKey: [[keys.tagsKey(member, 4), 'tags:7:4']],
  tagsOfDayKey: [[keys.tagsOfDayKey(member, 4, '2025-10-09'), 'tags:7:4:2025-10-09']],
  tagsAfterLossKey: [[keys.tagsAfterLossKey(member, 4, 99), 'tags:7:4:after:99']],
  remainingTagsKey: [[keys.remainingTagsKey(member, 9), 'tags:7:rest:9']],
  allTagsKey: [[keys.allTagsKey(member, NOON), 'tags:7:again:1760000000000']],
  remadeTagsKey: [[keys.remadeTagsKey(member, 'et1'), 'tags:7:anew:et1']],
  readTagsKey: [
    [keys.readTagsKey('burst', 352), 'read_tags:burst:352'],
    [keys.readTagsKey('start', 352), 'read_tags:start:352'],
    [keys.readTagsKey('gone', 352), 'read_tags:gone:352'],
  ],
  readUnknownTagsKey: [[keys.readUnknownTagsKey(['et1', 'et2']), 'read_tags:unknown:et1,et2']],
  createTagsKey: [[keys.createTagsKey('层级', ['b', 'a'], 'read:9'), 'ensure_tags:层级:a,b:read:9']],
  createTagsOfWayKey: [[keys.createTagsOfWayKey('way-1'), 'ensure_tags:way:way-1']],
  limitNoticeKey: [[keys.limitNoticeKey('tag_library_full', '2025-10-09'), 'told:tag_library_full:2025-10-09']],
  contactWayKey: [[keys.contactWayKey(2, NOON), 'contact_way:2:1760000000000']],
  retireWayKey: [[keys.retireWayKey(2, 'cfg'), 'retire_way:2:cfg']],
  wayMadeKey: [[keys.wayMadeKey(2, 'cfg', 'LinXia'), 'way_made:2:cfg:LinXia']],
  wayRefusedKey: [[keys.wayRefusedKey(2, NOON, 'LinXia'), 'way_refused:2:1760000000000:LinXia']],
  kfWelcomeKey: [[keys.kfWelcomeKey('kf:wk:1:0'), 'kf_welcome:kf:wk:1:0']],
  handOverKey: [[keys.handOverKey('kf:wk:1'), 'hand_over:kf:wk:1']],
  serviceWayKey: [[keys.serviceWayKey('g_3', '2025-10-09'), 'kf_way:g_3:2025-10-09']],
  joinCodeInServiceKey: [[keys.joinCodeInServiceKey(move), 'kf_join:12']],
  answerKey: [[keys.answerKey(9), 'answer:9']],
  answerFailedKey: [[keys.answerFailedKey(9), 'answer:9:failed']],
  upgradeKey: [[keys.upgradeKey(move), 'kf_upgrade:12']],
  joinWayKey: [
    [
      keys.joinWayKey(group, { version: 1, day: '2025-10-09', chatIds: ['wr1', 'wr2'] }),
      'join_way:3:1:2025-10-09:wr1,wr2',
    ],
  ],
  qrCodeAgainKey: [[keys.qrCodeAgainKey(keys.contactWayKey(2, NOON)), 'contact_way:2:1760000000000:code']],
};

describe('the keys of the outbox', () => {
  it.each(Object.entries(formats))('%s keeps its stored format', (_name, pairs) => {
    for (const [made, stored] of pairs) expect(made).toBe(stored);
  });

  it('are all listed here', () => {
    const asked = ['answeredTask', 'cardKeyStart', 'groupPostOf', 'isQrCodeAgain', 'messageKeyOfOther'];
    expect(Object.keys(keys).sort()).toEqual([...Object.keys(formats), ...asked].sort());
  });

  it('say which task staff have answered', () => {
    expect(keys.answeredTask(keys.answerKey(9))).toBe(9);
    expect(keys.answeredTask(keys.answerFailedKey(9))).toBeNull();
    expect(keys.answeredTask(keys.replyKey('answer:9'))).toBeNull();
  });

  it('say which text of a group a post is, and on which occasion', () => {
    const occasion = 'below:50';
    expect(keys.groupPostOf(keys.groupTextKey('quiet', group, occasion))).toEqual({
      ...{ kind: 'text', text: 'quiet', occasion, isNote: false },
    });
    expect(keys.groupPostOf(keys.groupNoteKey('quiet', group, occasion))).toMatchObject({ isNote: true });
    expect(keys.groupPostOf(keys.planPostKey(12, 2, group))).toEqual({ kind: 'plan', node: 12, version: 2 });
    expect(keys.groupPostOf(keys.messageKey('group-text', member, occasion))).toBeNull();
  });

  it('of the cards of a task begin alike, and those of other tasks do not', () => {
    expect(keys.cardKey(9, NOON).startsWith(keys.cardKeyStart(9))).toBe(true);
    expect(keys.closeCardKey(9, 'code').startsWith(keys.cardKeyStart(9))).toBe(true);
    expect(keys.cardKey(90, NOON).startsWith(keys.cardKeyStart(9))).toBe(false);
  });

  it('mark the repeated request for the picture of a code', () => {
    const request = keys.contactWayKey(2, NOON);
    expect(keys.isQrCodeAgain(request)).toBe(false);
    expect(keys.isQrCodeAgain(keys.qrCodeAgainKey(request))).toBe(true);
  });

  it('are rewritten for another member, but not keys of a member whose id only begins alike', () => {
    const moved = (key: string) => keys.messageKeyOfOther(key, 'marks', member, asMemberId(1));
    expect(['marks:7', 'marks:7:100', 'marks:7:100~2', 'marks:7~2'].map(moved)).toEqual([
      'marks:1',
      'marks:1:100',
      'marks:1:100~2',
      'marks:1~2',
    ]);
    expect(['marks:70:100', 'marks:move:7', 'other:7'].map(moved)).toEqual([null, null, null]);
  });

  it('are branded: a plain string does not compile', () => {
    expectTypeOf<string>().not.toExtend<keys.ActionKey>();
    expectTypeOf<keys.ActionKey>().toExtend<string>();
  });
});
