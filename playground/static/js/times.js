// Says when, in the reader's own language and zone.
const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: "long" });
const thisYear = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "long" });
const otherYear = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "long", year: "numeric" });
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });

const instant = (seconds) => new Date(seconds * 1000);

export const timeOf = (seconds) => clock.format(instant(seconds));
export const fullTimeOf = (seconds) => whole.format(instant(seconds));

export function dayKey(seconds) {
  const day = instant(seconds);
  return `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, "0")}-${String(day.getDate()).padStart(2, "0")}`;
}

export function dayName(seconds, now = new Date()) {
  const ago = daysBetween(instant(seconds), now);
  if (ago === 0) return "Today";
  if (ago === 1) return "Yesterday";
  if (ago > 1 && ago < 7) return weekday.format(instant(seconds));
  return (instant(seconds).getFullYear() === now.getFullYear() ? thisYear : otherYear).format(instant(seconds));
}

// For a list of chats: the time today, else the day.
export function shortDay(seconds) {
  return daysBetween(instant(seconds), new Date()) === 0 ? timeOf(seconds) : dayName(seconds);
}

function daysBetween(day, now) {
  const midnight = (date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return Math.round((midnight(now) - midnight(day)) / 86_400_000);
}

export function duration(seconds) {
  const rounded = Math.max(0, Math.round(seconds));
  return `${Math.floor(rounded / 60)}:${String(rounded % 60).padStart(2, "0")}`;
}

export function fileSize(bytes) {
  if (bytes === undefined) return "";
  const units = ["B", "KB", "MB", "GB"];
  const power = bytes > 0 ? Math.min(Math.floor(Math.log(bytes) / Math.log(1024)), 3) : 0;
  return `${(bytes / 1024 ** power).toLocaleString(undefined, { maximumFractionDigits: power ? 1 : 0 })} ${units[power]}`;
}
