/** Does something with a folder of its own, in `dir` or where temporary files are, which is gone afterwards. */
export async function withFolder(
  use: (folder: string) => void | Promise<void>,
  options: { readonly dir?: string } = {},
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "zccache-test-", ...options });
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
