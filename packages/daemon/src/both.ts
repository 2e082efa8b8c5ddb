/** Waits for both, also when one fails: what it leaves must not be cleared away while the other still makes more. */
export const both = async <A, B>(one: Promise<A>, other: Promise<B>): Promise<[A, B]> => {
  await Promise.allSettled([one, other])
  return Promise.all([one, other])
}
