// What sanitizers are not to tell of, as it is in libraries that Qt uses on a display, and stops a run before our own
// does. Asked for by their names; a build without sanitizers has nobody who asks.

extern "C" {

// Copies a reply of the X server, which ends without a zero: strict_string_checks.
const char* __asan_default_suppressions();
const char* __asan_default_suppressions() { return "interceptor_via_lib:libxkbcommon-x11.so"; }

// Keeps memory of a thread until the process ends.
const char* __lsan_default_suppressions();
const char* __lsan_default_suppressions() { return "leak:libdbus-1.so"; }

}  // extern "C"
