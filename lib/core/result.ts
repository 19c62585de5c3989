/** The outcome of an operation that may fail in a way its caller is expected to handle. */
export type Result<T, E> = { readonly ok: true; readonly value: T } | {
  readonly ok: false;
  readonly error: E;
};

/** A success. */
export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

/** A failure that the caller handles; bugs are thrown instead. */
export function err<E>(error: E): { readonly ok: false; readonly error: E } {
  return { ok: false, error };
}

/** Closes a `switch` over a union: a new member becomes a type error here. */
export function unreachable(value: never): never {
  throw new TypeError(`Cannot handle this case: ${JSON.stringify(value)}`);
}
