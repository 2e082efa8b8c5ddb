import { absolutePath } from './path.ts'

/** An image as it was typed, with a path of this machine made absolute, also one behind `docker-archive:` and the like. */
export const readImage = (text: string, cwd: string): string => {
  const [, scheme = '', place = text] = text.match(/^((?:docker-archive|oci-archive|oci):)(.*)$/s) ?? []
  return scheme + (absolutePath(place, cwd) ?? place)
}
