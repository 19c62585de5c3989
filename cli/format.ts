/** A size for people: 1024-based, one decimal from KB on. */
export function formatBytes(bytes: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return unit === 0 ? `${bytes} B` : `${value.toFixed(1)} ${units[unit]}`;
}

/** A share between 0 and 1 as a percentage with one decimal; `n/a` for undefined. */
export function formatRate(rate: number | undefined): string {
  return rate === undefined ? "n/a" : `${(rate * 100).toFixed(1)}%`;
}

/** A duration for people: `52ms`, `4.2s`, `3m 20s`, `2h 5m`. */
export function formatMs(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)}ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)}s`;
  return formatSecs(Math.floor(ms / 1000));
}

/** A short time for people: `850ns`, `12.3us`, `4.56ms`, `1.23s`. */
export function formatNs(ns: number): string {
  if (ns < 1000) return `${Math.round(ns)}ns`;
  if (ns < 1e6) return `${(ns / 1e3).toFixed(1)}us`;
  return ns < 1e9 ? `${(ns / 1e6).toFixed(2)}ms` : `${(ns / 1e9).toFixed(2)}s`;
}

/** Whole seconds for people: `0s`, `3m 20s`, `2h 5m`, `4d 3h`. */
export function formatSecs(secs: number): string {
  const [d, h, m, s] = [
    Math.floor(secs / 86_400),
    Math.floor(secs / 3600) % 24,
    Math.floor(secs / 60) % 60,
    secs % 60,
  ];
  if (d > 0) return `${d}d ${h}h`;
  if (h > 0) return `${h}h ${m}m`;
  if (m > 0) return `${m}m ${s}s`;
  return `${s}s`;
}

/** A moment (ms since 1970) for people, in local time: `2026-11-21 08:30:05`. */
export function formatTime(ms: number): string {
  const date = new Date(ms);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** A line of columns: the label padded, so that the values stand below each other. */
export function formatRow(label: string, value: string, width: number): string {
  return `  ${label.padEnd(width)}${value}\n`;
}
