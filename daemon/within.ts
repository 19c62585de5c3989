/** Waits for some work, or for so many milliseconds. Rejects as the work does. */
export async function within(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<void>((resolve) => timer = setTimeout(resolve, ms));
  try {
    await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
  }
}
