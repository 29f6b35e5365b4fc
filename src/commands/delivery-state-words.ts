const words: Readonly<Record<string, string>> = {
  planned: '待发',
  sending: '发送中',
  waiting: '等员工确认',
  sent: '已送达',
  failed: '没发成',
  suppressed: '不发',
  cancelled: '已取消',
  dead: '多次失败',
};

export const deliveryStateWords = (state: string): string => words[state] ?? state;
