import type { ReasonWords } from '../channel-definition.js';

/** What the codes of the SMS channel mean to operators. */
export const smsReasons: ReasonWords = {
  sms_halted: ['短信已暂停，等管理员处理', 'text messages are halted until an admin acts'],
  sms_unreachable: ['短信服务连不上，稍后重试', 'the SMS service cannot be reached; tried again later'],
  sms_unavailable: ['短信服务暂不可用，稍后重试', 'the SMS service is unavailable; tried again later'],
  sms_too_frequent: ['短信发得太频繁，稍后重试', 'too many text messages; tried again later'],
  sms_marketing_hours: ['营销短信只能在 8 点到 22 点发', 'marketing texts may go from 8 to 22 o’clock only'],
  sms_number_full: ['这个号码当天的短信已满', "the day's texts of this number are used up"],
  sms_number_refuses: ['这个号码退订或屏蔽了短信', 'the number refuses text messages'],
  sms_bad_number: ['手机号不对', 'the number is not right'],
  sms_bad_params: ['填入短信模板的值不合要求', 'what was filled into the template is not allowed'],
  sms_template_unapproved: ['短信模板没有过审或内容对不上', 'the SMS template is not approved, or does not fit'],
  sms_sensitive_word: ['短信里有敏感词', 'the text holds a word that is not allowed'],
  sms_no_marketing: ['个人账号不能发营销短信', 'a personal account may not send marketing texts'],
  sms_refused: ['短信服务拒绝了', 'the SMS service refused'],
  not_an_sms: ['程序错误：这不是短信', 'a bug: no text message'],
};
