import type { Random } from '../random.js';

const FIRST =
  '小鹿 阿泽 晴天 柚子 南风 青禾 木子 安然 星河 糯米 橘子 云朵 半夏 初一 可乐 团子 秋白 西西 大壮 豆沙 拾光 微凉 北岛 蓝莓 麦芽 桃夭 清欢 阿宁 山月 栗子'.split(
    ' ',
  );
const SECOND = [
  '',
  '妈妈',
  '同学',
  '在路上',
  '吃不胖',
  '2号',
  'er',
  '_杭州',
  '的猫',
  '先生',
  '爱喝茶',
  '就是我',
  '🌱',
  '.',
  '很忙',
  '今天早睡',
  '家的',
  'Yoyo',
  '酱',
  '不加班',
];

/** `count` different nicknames in random order. */
export function nicknames(count: number, random: Random): string[] {
  const names = random.shuffled(FIRST.flatMap((first) => SECOND.map((second) => first + second)));
  return Array.from(
    { length: count },
    (_, i) => names[i] ?? `${names[i % names.length]}${Math.floor(i / names.length)}`,
  );
}
