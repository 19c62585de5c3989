import { run, text } from "../rig/process.ts";

/** Shells whose completion can be asked for without a person at the keyboard. */
export type AskedShell = "bash" | "zsh" | "fish";

/** A completion script and a line that is typed as far as it goes. */
export interface Typed {
  /** The file of the script. */
  readonly script: string;
  readonly line: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** What the real shell offers when Tab is pressed at the end of a line. */
export async function complete(shell: AskedShell, typed: Typed): Promise<string[]> {
  const argv = { bash: askBash, zsh: askZsh, fish: askFish }[shell](typed);
  const { stdout, stderr } = await run(argv, { cwd: typed.cwd, env: typed.env, deadlineMs: 30_000 });
  const said = text(stdout) + text(stderr);
  // a terminal shows what was typed on the same line before the first word
  const words = said.matchAll(/OFFERED:([^\t\r\n]*)/g);
  return [...new Set(Array.from(words, ([, word]) => word!.trimEnd()))].sort();
}

const MARK = "OFFERED:";

function askBash({ script, line }: Typed): string[] {
  const program = `source "$1"; read -ra COMP_WORDS <<<"$2"; [[ $2 == *" " ]] && COMP_WORDS+=("")
COMP_LINE=$2 COMP_POINT=\${#2} COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _zccache
for word in "\${COMPREPLY[@]}"; do echo "${MARK}$word"; done`;
  return ["bash", "--norc", "--noprofile", "-c", program, "bash", script, line];
}

function askFish({ script, line }: Typed): string[] {
  const program = `source $argv[1]; for word in (complete -C $argv[2]); echo "${MARK}$word"; end`;
  return ["fish", "--no-config", "-c", program, script, line];
}

/** zsh completes at a terminal only: it gets one, with a `compadd` that tells what it adds. */
function askZsh({ script, line }: Typed): string[] {
  const inner = `
PS1=; autoload -Uz compinit; compinit -u -D; source ${quoted(script)}
compadd() {
  if [[ " $* " == *" -"[OAD]" "* ]]; then builtin compadd "$@"; return; fi
  local -a offered; builtin compadd -O offered "$@"
  local word; for word in $offered; do print -r -- "${MARK}$word"; done
  builtin compadd "$@"
}
finish() { print -r -- DONE; exit 0; }
comppostfuncs=(finish)
bindkey '^I' complete-word
print -r -- READY
`;
  const program = `
zmodload zsh/zpty
print -r -- ${quoted(inner)} > inner.zsh
zpty z zsh -f -i
zpty -w z 'source ./inner.zsh'
local out= part=
while zpty -r z part; do [[ $part == READY* ]] && break; done
zpty -w -n z ${quoted(`${line}\t`)}
while zpty -r z part; do print -rn -- $part; [[ $part == *DONE* ]] && break; done
zpty -d z
`;
  return ["zsh", "-f", "-c", program];
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
