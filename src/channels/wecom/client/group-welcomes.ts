import type { GroupWelcomeContent } from '../../../domain/action.js';
import { findTexts, noFields } from './lenient.js';
import type { WecomApi } from './wecom-api.js';

export const addGroupWelcomeAnswer = findTexts('template_id');

/** Beside the text WeCom takes one attachment (contract §7.2). */
const bodyOf = ({ text, link }: GroupWelcomeContent) => ({
  text: { content: text },
  ...(link === null
    ? {}
    : {
        link: {
          ...{ title: link.title, url: link.url },
          ...(link.description === undefined ? {} : { desc: link.description }),
        },
      }),
});

/** D-93438. At most 100 in a corp. `notify`: owners of groups are told of it. */
export const addGroupWelcome = async (
  api: WecomApi,
  content: GroupWelcomeContent,
  notify: boolean,
): Promise<string | undefined> => {
  const body = { ...bodyOf(content), notify: notify ? 1 : 0 };
  const answer = await api.call({
    endpoint: 'externalcontact/group_welcome_template/add',
    body,
    answer: addGroupWelcomeAnswer,
  });
  return answer.template_id;
};

/** False when it does not exist any more (40037). */
export const editGroupWelcome = async (
  api: WecomApi,
  templateId: string,
  content: GroupWelcomeContent,
): Promise<boolean> => {
  const body = { template_id: templateId, ...bodyOf(content) };
  const outcome = await api.tryCall(
    { endpoint: 'externalcontact/group_welcome_template/edit', body, answer: noFields },
    [40037],
  );
  return outcome.ok;
};

/** Succeeds also when it does not exist any more (40037). */
export const deleteGroupWelcome = async (api: WecomApi, templateId: string): Promise<void> => {
  await api.tryCall(
    {
      endpoint: 'externalcontact/group_welcome_template/del',
      body: { template_id: templateId },
      answer: noFields,
    },
    [40037],
  );
};
