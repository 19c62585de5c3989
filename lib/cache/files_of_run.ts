/** Name of the private depfile in a run's folder. */
export const PRIVATE_DEPFILE = "dep";

/** Name of a copy of the depfile that was made for the user (-MMD). */
export const USER_DEPFILE = "user-dep";

/** The text of a file that a run may have left; undefined if it's not there. */
export function readLeft(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
