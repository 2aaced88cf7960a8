/** Identifiers that cross the contract. They are row numbers of the store; the brands keep them apart. */

import * as v from "valibot";

const rowNumber = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

export const AccountId = v.pipe(rowNumber, v.brand("AccountId"));
export type AccountId = v.InferOutput<typeof AccountId>;

export const ChatId = v.pipe(rowNumber, v.brand("ChatId"));
export type ChatId = v.InferOutput<typeof ChatId>;

export const MessageKey = v.pipe(rowNumber, v.brand("MessageKey"));
export type MessageKey = v.InferOutput<typeof MessageKey>;

/** A certificate with its key, with which people sign in. */
export const IdentityId = v.pipe(rowNumber, v.brand("IdentityId"));
export type IdentityId = v.InferOutput<typeof IdentityId>;

/** Where a message stands in its chat: larger is later, no two are equal. Not a time. */
export const Position = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.brand("Position"));
export type Position = v.InferOutput<typeof Position>;
