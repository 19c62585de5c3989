/** Name of the private depfile in a run's folder. */
export const PRIVATE_DEPFILE = "dep";

/** Name of a copy of the depfile that was made for the user (-MMD). */
export const USER_DEPFILE = "user-dep";
