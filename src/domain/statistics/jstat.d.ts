/** The part of jstat that we use. */
declare module 'jstat' {
  const jstat: { readonly normal: { inv(p: number, mean: number, deviation: number): number } };
  export default jstat;
}
