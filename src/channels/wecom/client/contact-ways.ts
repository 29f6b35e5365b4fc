import { z } from 'zod';
import { listOf, optionalBoolean, optionalText, requiredText, noFields, textOrEmpty, findTexts } from './lenient.js';
import type { WecomApi } from './wecom-api.js';

export const addContactWayAnswer = findTexts('config_id', 'qr_code');
export const contactWayAnswer = z.object({
  contact_way: z.object({
    config_id: optionalText,
    remark: textOrEmpty,
    skip_verify: optionalBoolean.transform((skips) => skips ?? true),
    state: textOrEmpty,
    qr_code: optionalText,
    user: listOf(requiredText),
  }),
});

export interface ContactWaySettings {
  /** At most 100 (41041). */
  readonly staff: readonly string[];
  readonly state: string;
  readonly remark: string;
  readonly skipVerify: boolean;
}

const writableFields = ({ staff, state, remark, skipVerify }: ContactWaySettings) => ({
  remark,
  skip_verify: skipVerify,
  state,
  user: staff,
});

/**
 * Type 2 (several staff) even where there is one: the type can never be changed, the staff can. Scene 2 is a QR code
 * (contract §6).
 */
export const addContactWay = (
  api: WecomApi,
  settings: ContactWaySettings,
): Promise<z.output<typeof addContactWayAnswer>> =>
  api.call({
    endpoint: 'externalcontact/add_contact_way',
    body: { type: 2, scene: 2, ...writableFields(settings) },
    answer: addContactWayAnswer,
  });

/** Undefined when somebody deleted it (41044). */
export const getContactWay = async (
  api: WecomApi,
  configId: string,
): Promise<(z.output<typeof contactWayAnswer>['contact_way'] & { readonly configId: string }) | undefined> => {
  const outcome = await api.tryCall(
    { endpoint: 'externalcontact/get_contact_way', body: { config_id: configId }, answer: contactWayAnswer },
    [41044],
  );
  return outcome.ok ? { ...outcome.data.contact_way, configId } : undefined;
};

/** Replaces remark and staff (contract §6). */
export const updateContactWay = async (
  api: WecomApi,
  configId: string,
  settings: ContactWaySettings,
): Promise<void> => {
  await api.call({
    endpoint: 'externalcontact/update_contact_way',
    body: { config_id: configId, ...writableFields(settings) },
    answer: noFields,
  });
};

/** Succeeds also when it does not exist any more (41044). */
export const deleteContactWay = async (api: WecomApi, configId: string): Promise<void> => {
  await api.tryCall(
    { endpoint: 'externalcontact/del_contact_way', body: { config_id: configId }, answer: noFields },
    [41044],
  );
};
