import { Puppet } from 'wechaty-puppet';

/**
 * A puppet that supports people, rooms, plain text and pictures only. Its other methods (cards, friend requests, moments …)
 * throw and name themselves: a silent no-op would look like a message that was sent.
 */
export abstract class TextOnlyPuppet extends Puppet {}

const beyondText = [
  'contactSelfName',
  'contactSelfQRCode',
  'contactSelfSignature',
  'contactAlias',
  'contactAvatar',
  'contactPhone',
  'contactCorporationRemark',
  'contactDescription',
  'messageContact',
  'messageFile',
  'messageImage',
  'messageMiniProgram',
  'messageUrl',
  'messageLocation',
  'messageForward',
  'messageSendContact',
  'messageSendUrl',
  'messageSendLocation',
  'messageSendMiniProgram',
  'messageSendPost',
  'messageRecall',
  'roomCreate',
  'roomQuit',
  'roomQRCode',
  'roomAvatar',
  'roomAnnounce',
  'roomInvitationAccept',
  'roomInvitationRawPayload',
  'roomInvitationRawPayloadParser',
  'friendshipAccept',
  'friendshipAdd',
  'friendshipSearchPhone',
  'friendshipSearchHandle',
  'friendshipRawPayload',
  'friendshipRawPayloadParser',
  'tagContactAdd',
  'tagContactRemove',
  'tagContactDelete',
  'tagContactList',
  'postRawPayload',
  'postRawPayloadParser',
  'postPublish',
  'postSearch',
  'tap',
  'tapSearch',
] as const;

for (const method of beyondText) {
  Object.defineProperty(TextOnlyPuppet.prototype, method, {
    configurable: true,
    writable: true,
    value: () => Promise.reject(new Error(`refused (501): the sandbox's chat account cannot ${method}`)),
  });
}
