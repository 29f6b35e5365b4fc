import type { LocalizedText } from '../../domain/localized-text.js';

/** Labels of the channels that templates name. */
export const campaignChannelLabels: Readonly<
  Record<'welcome' | 'mass_send' | 'chat_dm' | 'group_mention' | 'kf' | 'sms', LocalizedText>
> = {
  welcome: { zh: '欢迎语', en: 'Welcome' },
  mass_send: { zh: '企业群发', en: 'Mass send' },
  chat_dm: { zh: '聊天私信', en: 'Chat DM' },
  group_mention: { zh: '群内提及', en: 'Group mention' },
  kf: { zh: '微信客服', en: 'Customer service' },
  sms: { zh: '短信', en: 'Text message' },
};
