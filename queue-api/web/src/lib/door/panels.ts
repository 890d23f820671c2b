/** What lies over the camera picture when it is asked for. */
export type Panel = 'setup' | 'search' | 'history';
