import type { Random } from '../random.js';

const OPENERS = [
  '早上好呀',
  '今天好冷，大家多穿点',
  '有人一起拼单吗',
  '昨天买的收到了，很新鲜',
  '这个周末有活动吗',
  '请问这个怎么选',
  '刚下班，累瘫了',
  '今天打卡完成',
  '群里有杭州的朋友吗',
  '孩子很喜欢，谢谢推荐',
  '想问下发货一般多久',
  '哈哈哈哈',
  '收藏了，回头看看',
  '晚上吃什么好呢',
  '这周的茶还有吗',
  '求一个食谱',
  '分享一下我的做法，很简单',
  '下雨天最适合喝热茶',
  '刚看完文章，写得真细',
  '有没有不太甜的推荐',
  '包装比上次好多了',
  '大家都用什么锅',
  '周一加油',
  '今天状态不错',
  '有人试过那款新的吗？我觉得味道偏淡，不过胜在清爽',
  '我家猫把快递箱占了',
  '坐等晚上的话题',
  '下个月回老家，想带点特产',
  '早睡失败的第十天',
  '给大家看看我的成果',
];
const ANSWERS = [
  '同意',
  '我也是',
  '我上次买的那款还行，可以试试',
  '一般第二天就到',
  '可以看看群公告',
  '确实，我家也这样',
  '哈哈太真实了',
  '谢谢，学到了',
  '已经下单了',
  '这个要看个人口味',
  '我试过，常温放一晚就好',
  '厉害厉害',
  '周末应该有，等通知',
  '好的好的',
  '带我一个',
  '不会吧，我这边正常',
  '推荐第二种，省事',
  '收到，谢谢',
  '+1',
  '我也想知道',
];
const BACK = ['好久不见，我又来了', '前段时间太忙，回来看看大家', '潜水好久了，冒个泡', '最近有什么好东西吗'];
const ADS = [
  '兼职日结三百，加微信 vx88661 了解',
  '专业代购低价出，私我 http://t.cn.example.invalid/ad',
  '全网最低价！扫码进群领红包 http://hb.example.invalid/x',
  '贷款秒批，无抵押，联系 139xxxx',
  '刷单返利，一单一结，加我',
];
const RUDE = ['烦不烦', '天天发有意思吗', '骗人的吧', '退钱'];
const TOPICS = [
  '早，今天的话题：最近最满意的一次购物是什么？',
  '晚上八点聊聊：你家冰箱里常备什么？',
  '明天有新品试吃，想要的说一声',
  '本周打卡还差两天，加油',
  '大家反馈的包装问题已经改了',
];

export const opener = (random: Random): string => random.pick(OPENERS);
export const answerLine = (random: Random): string => random.pick(ANSWERS);
export const comeback = (random: Random): string => random.pick(BACK);
export const advert = (random: Random): string => random.pick(ADS);
export const rudeness = (random: Random): string => random.pick(RUDE);
export const topic = (random: Random): string => random.pick(TOPICS);
