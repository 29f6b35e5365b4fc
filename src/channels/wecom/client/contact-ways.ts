import { z } from 'zod';
import { listOf, maybeBoolean, maybeText, neededText, nothing, someText, textsNamed } from './lenient.js';
import type { WecomApi } from './wecom-api.js';

export const addContactWayAnswer = textsNamed('config_id', 'qr_code');
export const contactWayAnswer = z.object({
  contact_way: z.object({
    config_id: maybeText,
    remark: someText,
    skip_verify: maybeBoolean.transform((skips) => skips ?? true),
    state: someText,
    qr_code: maybeText,
    user: listOf(neededText),
  }),
});

export interface ContactWaySettings {
  /** At most 100 (41041). */
  readonly staff: readonly string[];
  readonly state: string;
  readonly remark: string;
  readonly skipVerify: boolean;
}

const written = ({ staff, state, remark, skipVerify }: ContactWaySettings) => ({
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
  api.ask({
    endpoint: 'externalcontact/add_contact_way',
    body: { type: 2, scene: 2, ...written(settings) },
    answer: addContactWayAnswer,
  });

/** 41044 is an outcome: somebody deleted it. */
export const getContactWay = async (
  api: WecomApi,
  configId: string,
): Promise<(z.output<typeof contactWayAnswer>['contact_way'] & { readonly configId: string }) | undefined> => {
  const outcome = await api.tryAsk(
    { endpoint: 'externalcontact/get_contact_way', body: { config_id: configId }, answer: contactWayAnswer },
    [41044],
  );
  return outcome.ok ? { ...outcome.data.contact_way, configId } : undefined;
};

/** Remark and staff are written over, not added to (contract §6). */
export const updateContactWay = async (
  api: WecomApi,
  configId: string,
  settings: ContactWaySettings,
): Promise<void> => {
  await api.ask({
    endpoint: 'externalcontact/update_contact_way',
    body: { config_id: configId, ...written(settings) },
    answer: nothing,
  });
};

/** One that is gone already (41044) is as good as deleted. */
export const deleteContactWay = async (api: WecomApi, configId: string): Promise<void> => {
  await api.tryAsk(
    { endpoint: 'externalcontact/del_contact_way', body: { config_id: configId }, answer: nothing },
    [41044],
  );
};
