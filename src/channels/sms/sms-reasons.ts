import type { ReasonWords } from '../channel-definition.js';

/** Labels for the reason codes of the SMS channel. */
export const smsReasons: ReasonWords = {
  sms_halted: { zh: '短信已暂停，等管理员处理', en: 'text messages are halted until an admin acts' },
  sms_unreachable: { zh: '短信服务连不上，稍后重试', en: 'the SMS service cannot be reached; tried again later' },
  sms_unavailable: { zh: '短信服务暂不可用，稍后重试', en: 'the SMS service is unavailable; tried again later' },
  sms_too_frequent: { zh: '短信发得太频繁，稍后重试', en: 'too many text messages; tried again later' },
  sms_marketing_hours: { zh: '营销短信只能在 8 点到 22 点发', en: 'marketing texts may go from 8 to 22 o’clock only' },
  sms_number_full: { zh: '这个号码当天的短信已满', en: "the day's texts of this number are used up" },
  sms_number_refuses: { zh: '这个号码退订或屏蔽了短信', en: 'the number refuses text messages' },
  sms_bad_number: { zh: '手机号不对', en: 'the number is not right' },
  sms_bad_params: { zh: '填入短信模板的值不合要求', en: 'what was filled into the template is not allowed' },
  sms_template_unapproved: {
    zh: '短信模板没有过审或内容对不上',
    en: 'the SMS template is not approved, or does not fit',
  },
  sms_sensitive_word: { zh: '短信里有敏感词', en: 'the text holds a word that is not allowed' },
  sms_no_marketing: { zh: '个人账号不能发营销短信', en: 'a personal account may not send marketing texts' },
  sms_refused: { zh: '短信服务拒绝了', en: 'the SMS service refused' },
  not_an_sms: { zh: '程序错误：这不是短信', en: 'a bug: no text message' },
};
