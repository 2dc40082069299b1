const LOCAL_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

/** Whether a Host header names this machine. A foreign name that resolves to loopback is a web page's. */
export const isLocalHost = (host: string | undefined): boolean => LOCAL_HOST.test(host ?? '');
