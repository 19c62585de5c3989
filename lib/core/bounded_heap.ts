/**
 * The runtime's option by which the daemon's heap stays small and little time goes into compiling its own code.
 * launcher/runtime.h has the same, and says why.
 */
export const BOUNDED_HEAP =
  "--v8-flags=--max-semi-space-size=8,--heap-growing-percent=20,--max-opt=2,--no-enable-lazy-source-positions";
