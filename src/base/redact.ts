/** A URL fit for messages and logs: values of its query, and any credentials, are replaced by `…`. */
export function redact(url: string): string {
  return url.replace(/\/\/[^/@?#]*@/, '//…@').replace(/([?&][^=&#]*=)[^&#]*/g, '$1…');
}
