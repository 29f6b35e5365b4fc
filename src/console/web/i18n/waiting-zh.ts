/** The texts of the page of what waits for staff, in Chinese. */
export const waitingZh = {
  'nav.waiting': '待员工确认',
  'waiting.lead': '企业群发要员工在手机上点一下「发送」才会发出。谁那里等着多少、等了多久，都在这里。',
  'waiting.none': '没有等员工点的消息',
  'waiting.noneHint': '群发交给员工以后，在这里看谁还没点。',
  'waiting.customers': '{n} 位客户',
  'waiting.groups': '{n} 个群',
  'waiting.sum': '{n} 位在等，{tasks} 个任务，最早的',
  'waiting.hasLeft': '已离职，没有人会点：转给别人，或取消。',
  'waiting.remind': '提醒',
  'waiting.toldToday': '今天提醒过',
  'waiting.remindedBefore': '企业微信催过',
  'waiting.handOn': '转给别人',
  'waiting.cancel': '取消',
  'waiting.leave': '先不动',
  'waiting.takenBack': '正在撤回：',
  'waiting.handOnTitle': '把 {staff} 没点的转给别人？',
  'waiting.handOnText':
    '先在企业微信撤回，再由另一位加了客户的同事发，或走模板的下一个渠道；只有 TA 加了的客户，重新建一个任务给 TA。已经发出的不会再发。',
  'waiting.cancelTitle': '取消等 {staff} 点的这一批？',
  'waiting.cancelText': '在企业微信撤回，谁都不再发。已经发出的收不回来。',
} as const;
