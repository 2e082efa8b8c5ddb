/** Version of the packages, which go together; a test holds it against package.json. */
export const version = '0.1.0'
