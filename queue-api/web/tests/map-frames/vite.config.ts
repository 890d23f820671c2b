/** For running the measurement itself: nothing of the application's configuration. */

export default {};
