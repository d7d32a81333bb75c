/** Hashes and checks passwords by argon2id. */
import { hash, verify } from '@node-rs/argon2';

/** OWASP's minimum for argon2id, the library's default variant (Password Storage Cheat Sheet): 19 MiB, 2 passes, 1 lane. */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export async function hashPassword(password: string): Promise<string> {
  return hash(password, parameters);
}

/** A hash of nothing, so that an unknown address costs the same time as a wrong password. */
let decoy: Promise<string> | undefined;

/** @param passwordHash undefined for an unknown account: the answer is false, but not sooner. */
export async function passwordMatches(passwordHash: string | undefined, password: string): Promise<boolean> {
  decoy ??= hashPassword('no account has this password');
  const matches = await verify(passwordHash ?? (await decoy), password);
  return matches && passwordHash !== undefined;
}
