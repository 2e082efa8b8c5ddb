/** What a container can be called. By itself, for programs that don't load the schemas. */
export const containerNamePattern = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/
