// Moments by the clock of another time zone.

/** The moment of "2026-03-01T18:30" on a clock in `zone`, as ISO 8601 in UTC. */
export function instant(clock, zone) {
  const asUtc = Date.parse(`${clock}Z`);
  let moment = asUtc;
  // the offset depends on the moment that is looked for: the second look settles it
  for (let look = 0; look < 2; look += 1) moment = asUtc - offset(moment, zone);
  return new Date(moment).toISOString();
}

function offset(moment, zone) {
  const format = new Intl.DateTimeFormat("en", {
    timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric",
  });
  const part = Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second) - Math.floor(moment / 1000) * 1000;
}
