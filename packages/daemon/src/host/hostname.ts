/**
 * What a container calls itself: its name as far as a host name allows it (RFC 1123: labels of letters, digits and hyphens
 * inside, separated by dots). Apptainer starts no container with another one.
 */
export const hostnameOf = (container: string): string =>
  container
    .replaceAll('_', '-')
    .split('.')
    .map((label) => label.replace(/^-+|-+$/g, ''))
    .filter(Boolean)
    .join('.')
