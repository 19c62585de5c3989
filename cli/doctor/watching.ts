import { type Finding, findingsOf, type Patient } from "./finding.ts";

/** What the numbers of a daemon's status say that matters here. */
export interface WatchFacts {
  readonly watchedFolders: number;
  readonly byStat: Readonly<Record<string, number>>;
}

/** Fewer watches than this are soon used up by a project of some size. */
const FEW_WATCHES = 65_536;

const REMEDIES: Readonly<Record<string, string>> = {
  "watch-limit": "raise the limit: sysctl fs.inotify.max_user_watches=524288, then zccache stop",
  "switched-off": "unset ZCCACHE_NO_WATCH, then zccache stop",
  "no-events": "raise fs.inotify.max_user_instances if other programs use them up, then zccache stop",
  "network": "nothing: events don't tell of changes by other machines",
  "host-shared":
    "nothing: events don't tell of changes by the host; build on a disk of the machine where you can",
  "fuse": "nothing: what a program serves as files may change without an event",
  "pseudo": "nothing: the kernel makes up these files as they are read",
  "permission": "let the daemon's user read the folders that the build reads",
  "refused": "nothing: the system gives no events for these files",
  "hard-link": "nothing: a file with several names may be changed by one that isn't watched",
};

/** The limits of file system events, and files that the running daemon has to ask by stat. */
export function checkWatching(_patient: Patient, daemon: WatchFacts | undefined): Finding[] {
  const { ok, note, warning } = findingsOf("watching");
  const found: Finding[] = [];
  if (Deno.build.os !== "linux") {
    found.push(note("on this system files are asked by stat at each look-up"));
  } else {
    const [watches, instances] = [limit("max_user_watches"), limit("max_user_instances")];
    if (watches !== undefined && watches < FEW_WATCHES) {
      found.push(warning(
        `at most ${watches} files and folders may be watched by a user, of which zccache takes half`,
        "raise it: sysctl fs.inotify.max_user_watches=524288 (and a line in /etc/sysctl.d to keep it)",
      ));
    } else found.push(ok(`a user may watch ${watches ?? "any number of"} files and folders`));
    if (instances !== undefined && instances < 16) {
      found.push(
        warning(
          `only ${instances} programs of a user may watch`,
          "raise it: sysctl fs.inotify.max_user_instances=128",
        ),
      );
    }
  }
  for (const [reason, files] of Object.entries(daemon?.byStat ?? {})) {
    found.push(note(`${files} files are asked by stat (${reason})`, REMEDIES[reason]));
  }
  if (daemon !== undefined) found.push(ok(`the daemon watches ${daemon.watchedFolders} folders`));
  return found;
}

function limit(name: string): number | undefined {
  try {
    const value = Number(Deno.readTextFileSync(`/proc/sys/fs/inotify/${name}`));
    return Number.isSafeInteger(value) ? value : undefined;
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}
