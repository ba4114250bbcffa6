// How the server gets its memory: from jemalloc, in pages of 2 MiB.
//
// A registry of 100,000 nodes is a hundred megabytes of small objects. On pages of 4 KiB it costs a page fault every four
// entities that register, and a miss of the address cache at every object that a query reads (ADR 0006 has figures).
// jemalloc reads this name at its start; MALLOC_CONF in the environment goes before it.
extern "C" {
extern const char* malloc_conf;
const char* malloc_conf = "thp:always,metadata_thp:auto,narenas:2";
}
