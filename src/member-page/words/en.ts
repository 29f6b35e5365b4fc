import { OPEN_WORDS_KEPT_DAYS, WORDS_KEPT_DAYS } from '../../domain/words-kept.js';
import { preferenceWords } from '../../insights/words/preference-words.js';
import type { zh } from './zh.js';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const counted = (n: number, one: string, several: string): string => `${n} ${n === 1 ? one : several}`;

/** The member's page in English. */
export const en: typeof zh = {
  htmlLang: 'en',
  listed: (items) => items.join(', '),
  day: (month, day) => `${day} ${months[month - 1] ?? ''}`,

  nav: { label: 'Pages', level: 'Level', group: 'Group', messages: 'Messages', invite: 'Invite', help: 'Help' },
  done: {
    saved: 'Saved.',
    code_requested: 'Your code is being made. Look again in a while.',
  },
  refused: {
    empty: 'There is no text yet.',
    too_long: 'The text is too long. Send it in several parts.',
    bad_time: 'The times are not complete. Choose a start and an end.',
    too_many: 'You have sent a lot today. Try again tomorrow.',
  },

  level: {
    title: 'My level',
    now: 'You are',
    ladder: 'All levels',
    here: 'you are here',
    passed: 'passed',
    top: 'This is the highest level. Thank you for staying with us.',
    up: (tier) => `Shortest way up to ${tier}`,
    upNoWay: 'There is nothing you need to do. Just keep coming.',
    enough: (tier) => `You have all it takes for ${tier}. Your level will change soon.`,
    stay: (tier) => `Shortest way to stay ${tier}`,
    grace: (tier, date) => `${tier} is kept for you until ${date}.`,
    figures: 'What I have',
    have: 'have',
    need: 'needed',
    or: 'or',
    why: 'Why this level',
    whyNothing: 'Nothing has changed yet.',
  },

  checkin: {
    title: 'Daily check-in',
    press: 'Check in',
    done: 'Checked in today',
    streak: (days) => `${counted(days, 'day', 'days')} in a row`,
    noStreak: 'Begin today',
    calendar: 'Last five weeks',
    weekdays: ['M', 'T', 'W', 'T', 'F', 'S', 'S'],
    marked: 'checked in',
    today: 'today',
  },

  group: {
    title: 'My group',
    yours: (tier) => `The ${tier} group`,
    insideOther: (group) => `You are in “${group}” now.`,
    code: 'Code of the group',
    press: 'Press and hold the code to join.',
    pressComputer: 'On a computer, scan this code with WeChat on your phone.',
    change: 'Get the code',
    changeHint: 'Press to get the code of the group of this level.',
    full: 'The groups of this level are full. Press, and we ask our staff for another and invite you.',
    requestGroup: 'Ask for a new group',
    move: 'When you are in the new group, leave the old one yourself or let us do it.',
    ask: 'In a hurry? Write to us',
  },

  messages: {
    title: 'Messages',
    pace: 'How often we write',
    all: 'Everything',
    allHint: 'What suits you, and not every day.',
    less: 'Less',
    lessHint: `${preferenceWords.less.en}.`,
    none: 'Nothing',
    noneHint: 'We do not write by ourselves. When you ask, we answer.',
    save: 'Save',
    quiet: 'Quiet hours',
    quietHint: 'We send you nothing between these times.',
    from: 'From',
    until: 'Until',
    clear: 'None',
    sent: 'What I was sent',
    nothing: 'We have not written to you yet.',
    picture: '(with a picture)',
    link: '(with a link)',
  },

  invite: {
    title: 'Invite friends',
    code: 'My code',
    hint: 'Everybody has a code of their own. Friends who add us by yours count as yours.',
    press: 'Press and hold to save or forward it.',
    make: 'Get my code',
    making: 'Your code is being made. Look again in a while.',
    unavailable: 'A code cannot be made yet. Add one of our staff as a friend first.',
    friends: 'Friends who came',
    nobody: 'Nobody has come by your code yet.',
    count: (n) => `${n} in all`,
    someone: 'a friend',
  },

  help: {
    title: 'Help',
    ask: 'Ask or complain',
    askLabel: 'Your words',
    askHint: 'A person reads it and usually answers within a day, on this page.',
    send: 'Send',
    asked: 'What I asked',
    waiting: 'waiting for an answer',
    closed: 'done',
    answer: 'Answer',
    answers: 'Answers to me',
    forgotten: '(long ago; the words were deleted)',
    data: 'My data',
    dataHint: 'We use it to work out your level, to find your group, and to disturb you less.',
    kept: 'What is kept',
    keptRows: (row) => [
      ['Name', row.name === '' ? 'none' : row.name],
      ['Ids from WeChat', row.ids > 0 ? `${row.ids}, only to know that it is you` : 'none'],
      ['Phone', row.phone ?? 'none'],
      ['Birthday', row.birthday ? 'yes' : 'none'],
      ['Region', row.region ?? 'none'],
      ['Tags', row.tags === 0 ? 'none' : `${row.tags}, for our staff only`],
      [
        'Counts per day',
        `${counted(row.days, 'day', 'days')} of counts, like check-ins; words said in groups are not kept`,
      ],
      ['Words to us', 'To customer service: the first 200 characters. Deleted 30 days after we have dealt with it'],
      ['Orders', row.orders === 0 ? 'none' : `amount and time of ${row.orders}`],
      ['Messages to you', String(row.messages)],
      [
        'What you write to us',
        `deleted ${WORDS_KEPT_DAYS} days after it is settled, and our answer with it; after ${OPEN_WORDS_KEPT_DAYS} days at the latest`,
      ],
    ],
    copy: 'Ask for a copy of my data',
    copyHint: 'We prepare it and contact you.',
    deletion: 'Ask to delete my data',
    deletionHint: 'A person will confirm with you. Your level and records will be gone.',
    signOut: 'Sign out',
  },

  problem: {
    again: 'Try again',
    reload: 'Reload',
    unsent: 'What you wrote',
    signed_out: { title: 'Signed out', text: 'Open the page again to see your level.' },
    open_in_wechat: {
      title: 'Open this page in WeChat',
      text: 'WeChat tells this page who you are. Send its address to a WeChat chat and open it there.',
    },
    colleague: {
      title: 'This page is for customers',
      text: 'You belong to the company and have no level. See the members in the console.',
    },
    stranger: {
      title: 'We do not know you yet',
      text: 'Add us as a friend to see your level, join a group and check in.',
      code: 'Press and hold the code to add us.',
      noCode: 'Ask the person who invited you for a name card or a code.',
    },
    arriving: { title: 'One moment', text: 'Your page is being prepared and opens in a few seconds.' },
    state_unknown: {
      title: 'You are not signed in yet',
      text: 'This sign-in is too old or began on another phone. Try again. If it stays like this, let WeChat store website data.',
    },
    no_code: {
      title: 'You are not signed in yet',
      text: 'WeChat did not tell us who you are. Try again, and agree when you are asked.',
    },
    code_spent: { title: 'This sign-in was used', text: 'Reloading or going back ends a sign-in. Try again.' },
    domain_not_trusted: {
      title: 'This page is closed for now',
      text: 'A setting of the company is missing. It is not your fault and has been noted. Come back later, or write to our staff.',
    },
    app_closed: {
      title: 'This page is closed for now',
      text: 'The company has closed this app for now. It has been noted. Come back later, or write to our staff.',
    },
    unreachable: {
      title: 'WeChat is busy',
      text: 'We could not learn who you are. Nothing is lost. Try again in a minute.',
    },
    not_set_up: {
      title: 'WeCom is not connected yet',
      text: 'When it is, you will see your level here. Please contact our staff.',
    },
    session_ended: {
      title: 'You are signed out',
      text: 'What you wrote was not sent. Copy it first, sign in, and send it again.',
    },
    bad_csrf: {
      title: 'The page was open for too long',
      text: 'To be safe, nothing was done. Go back, reload, and press again.',
    },
    too_many: { title: 'That was too fast', text: 'Try again in a minute.' },
    too_long: { title: 'That is too long', text: 'It was not sent. Go back and send it in parts.' },
    unreadable: {
      title: 'We could not read this request',
      text: 'Nothing was done. Go back, reload, and try again.',
    },
    not_found: { title: 'There is no such page', text: 'The address may be misspelt.' },
    broken: { title: 'Something went wrong', text: 'It was not done and has been noted. Try again later.' },
  },
};
