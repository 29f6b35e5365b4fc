export const rounded = (number, digits = 2) => Number(number.toFixed(digits));

export const quantile = (numbers, share) => {
  const sorted = Float64Array.from(numbers).sort();
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)];
};

export const median = (numbers) => quantile(numbers, 0.5);
