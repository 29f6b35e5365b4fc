/** Ports from 1024 on that browsers do not open, because other protocols use them (Fetch Standard, "port blocking"). */
const closed: ReadonlySet<number> = new Set([
  ...[1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566],
  ...[6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080],
]);

/** Whether a browser would refuse a page at this port. The demo opens its own console, too. */
export const isClosedToBrowsers = (port: number): boolean => closed.has(port);
