/** For calls that need the store: they are answered only once it is open. */

import type { Opened, Profile } from "../../account/profile.ts";
import type { Account } from "../../account/account.ts";
import { failure, type Result } from "../../base/result.ts";
import type { AccountId } from "../../contract/ids.ts";
import type { AppError } from "../../contract/problems.ts";

type Answer<T> = Result<T, AppError>;

export function whenOpen<T>(
  profile: Profile,
  answer: (opened: Opened) => Promise<Answer<T>> | Answer<T>,
): Promise<Answer<T>> | Answer<T> {
  return profile.opened ? answer(profile.opened) : failure({ kind: "locked" });
}

export function withAccount<T>(
  profile: Profile,
  id: AccountId,
  answer: (account: Account) => Promise<Answer<T>> | Answer<T>,
): Promise<Answer<T>> | Answer<T> {
  return whenOpen(profile, ({ accounts }) => {
    const account = accounts.get(id);
    return account ? answer(account) : failure({ kind: "not-found" });
  });
}
