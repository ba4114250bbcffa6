// The floor for who reaches what: bits alone, no objects, no rules.
//
// Reads from a file, which san_bench writes, what is known beforehand here: for each host its pairs of an initiator and
// a target, and for each pair the numbers of the logical units. Then it builds all rows of bits, a row a host, --rounds
// times, and prints the milliseconds of processor time of each round. A pair with more units than a row has words is
// kept as a mask. One thread. A failed system call or a file that is not such a one ends the process.
//
// Other questions, from the same pairs:
//   --fresh   all rows, three a host in new memory, as an answer that somebody keeps: yes, unknown and the right; the
//             other two remain empty.
//   --impact  the rows of two states, of which the second lacks a pair, and how many cells of each host went and came.
//             It applies no edit, makes no index and judges nothing: both lists of pairs are there.
//   --proof   the row of one host, and a bit of it. It says no layer, no reason and no mending change.
//   --rules   all rows, and how many hosts have each unit: what the rule of shared units (R11) at least must count. The
//             other rules, causes, names and sentences are not there.
//
// The file, 32-bit numbers of this machine: hosts, units; for each host the number of its pairs; for each pair the
// number of its units and their numbers.
#include <getopt.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct pair {
  const uint32_t* units;  // of a list
  uint32_t count;
  uint64_t* mask;  // or all of a row
};

struct host {
  struct pair* pairs;
  uint32_t count;
};

static void die(const char* what) {
  fprintf(stderr, "san_floor: %s\n", what);
  exit(1);
}

static void* room(size_t count, size_t size) {
  void* const memory = calloc(count == 0 ? 1 : count, size);
  if (memory == NULL) die("no memory");
  return memory;
}

static uint32_t* numbers;
static size_t number_count;
static size_t next_number;

static uint32_t take(void) {
  if (next_number == number_count) die("the file is too short");
  return numbers[next_number++];
}

static void read_file(const char* path) {
  FILE* const file = fopen(path, "rb");
  if (file == NULL || fseek(file, 0, SEEK_END) != 0) die("the file cannot be read");
  const long size = ftell(file);
  if (size < 8 || fseek(file, 0, SEEK_SET) != 0) die("the file cannot be read");
  number_count = (size_t)size / sizeof *numbers;
  numbers = room(number_count, sizeof *numbers);
  if (fread(numbers, sizeof *numbers, number_count, file) != number_count) die("the file cannot be read");
  fclose(file);
}

static void set_bit(uint64_t* row, uint32_t unit) { row[unit / 64] |= (uint64_t)1 << (unit % 64); }

static struct pair take_pair(uint32_t units, size_t words) {
  struct pair pair = {NULL, take(), NULL};
  if (pair.count > number_count - next_number) die("the file is too short");
  pair.units = numbers + next_number;
  next_number += pair.count;
  for (uint32_t i = 0; i < pair.count; ++i) {
    if (pair.units[i] >= units) die("a unit is out of range");
  }
  if (pair.count <= words) return pair;
  pair.mask = room(words, sizeof *pair.mask);
  for (uint32_t i = 0; i < pair.count; ++i) set_bit(pair.mask, pair.units[i]);
  return pair;
}

static void build(uint64_t* rows, const struct host* hosts, uint32_t host_count, size_t words) {
  memset(rows, 0, host_count * words * sizeof *rows);
  for (uint32_t h = 0; h < host_count; ++h) {
    uint64_t* const row = rows + h * words;
    for (uint32_t p = 0; p < hosts[h].count; ++p) {
      const struct pair* const pair = &hosts[h].pairs[p];
      if (pair->mask != NULL) {
        for (size_t w = 0; w < words; ++w) row[w] |= pair->mask[w];
      } else {
        for (uint32_t u = 0; u < pair->count; ++u) set_bit(row, pair->units[u]);
      }
    }
  }
}

static void build_fresh(const struct host* hosts, uint32_t host_count, size_t words) {
  uint64_t* planes[3];
  for (int i = 0; i < 3; ++i) {
    planes[i] = room(host_count * words, sizeof **planes);
    build(planes[i], hosts, i == 0 ? host_count : 0, words);
    for (size_t w = 0; w < host_count * words; w += 512) ((volatile uint64_t*)planes[i])[w] |= 0;  // the page is there
  }
  for (int i = 0; i < 3; ++i) free(planes[i]);
}

// The cells that differ between the rows with and without the last pair of the host in the middle.
static uint64_t build_impact(uint64_t* before, uint64_t* after, struct host* hosts, uint32_t host_count, size_t words) {
  struct host* const edited = &hosts[host_count / 2];
  uint64_t cells = 0;
  build(before, hosts, host_count, words);
  const uint32_t kept = edited->count;
  if (kept > 0) --edited->count;
  build(after, hosts, host_count, words);
  edited->count = kept;
  for (uint32_t h = 0; h < host_count; ++h) {
    const uint64_t* const was = before + h * words;
    const uint64_t* const is = after + h * words;
    for (size_t w = 0; w < words; ++w) {
      if (was[w] == is[w]) continue;
      cells += (uint64_t)__builtin_popcountll(was[w] & ~is[w]) + (uint64_t)__builtin_popcountll(is[w] & ~was[w]);
    }
  }
  return cells;
}

static uint64_t build_proof(uint64_t* rows, const struct host* hosts, uint32_t host_count, size_t words) {
  static uint32_t turn;
  const uint32_t h = turn++ * 2654435761U % host_count;
  build(rows, hosts + h, 1, words);
  return (rows[h % words] >> (h % 64)) & 1U;
}

// Units that more than one host has.
static uint64_t build_rules(uint64_t* rows, const struct host* hosts, uint32_t host_count, size_t words) {
  uint32_t* const having = room(words * 64, sizeof *having);
  build(rows, hosts, host_count, words);
  for (uint32_t h = 0; h < host_count; ++h) {
    for (size_t w = 0; w < words; ++w) {
      for (uint64_t left = rows[h * words + w]; left != 0; left &= left - 1) {
        ++having[w * 64 + (size_t)__builtin_ctzll(left)];
      }
    }
  }
  uint64_t shared = 0;
  for (size_t u = 0; u < words * 64; ++u) shared += having[u] > 1;
  free(having);
  return shared;
}

static double now_ms(void) {
  struct timespec time;
  if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) != 0) die("no clock");
  return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

int main(int argc, char** argv) {
  static const struct option kOptions[] = {{"pairs", required_argument, NULL, 'p'},
                                           {"rounds", required_argument, NULL, 'r'},
                                           {"fresh", no_argument, NULL, 'f'},
                                           {"impact", no_argument, NULL, 'i'},
                                           {"proof", no_argument, NULL, 'o'},
                                           {"rules", no_argument, NULL, 'u'},
                                           {0}};
  const char* path = NULL;
  long rounds = 5;
  int question = 0;
  for (int option; (option = getopt_long(argc, argv, "", kOptions, NULL)) != -1;) {
    if (option == 'p') path = optarg;
    if (option == 'r') rounds = strtol(optarg, NULL, 10);
    if (option == '?') return 2;
    if (strchr("fiou", option) != NULL) question = option;
  }
  if (path == NULL || rounds < 1) die("usage: san_floor --pairs FILE [--rounds N] [--fresh|--impact|--proof|--rules]");
  read_file(path);
  const uint32_t host_count = take();
  const uint32_t units = take();
  const size_t words = (units + 63) / 64;
  struct host* const hosts = room(host_count, sizeof *hosts);
  for (uint32_t h = 0; h < host_count; ++h) {
    hosts[h].count = take();
    if (hosts[h].count > number_count - next_number) die("the file is too short");
    hosts[h].pairs = room(hosts[h].count, sizeof *hosts[h].pairs);
    for (uint32_t p = 0; p < hosts[h].count; ++p) hosts[h].pairs[p] = take_pair(units, words);
  }
  uint64_t* const rows = room(host_count * words, sizeof *rows);
  uint64_t* const other = room(host_count * words, sizeof *other);
  build(rows, hosts, host_count, words);  // the pages of the rows are there from now on
  build(other, hosts, host_count, words);
  uint64_t found = 0;  // so that nothing is left out
  printf("{\"ms\":[");
  for (long round = 0; round < rounds; ++round) {
    const double begin = now_ms();
    if (question == 0) build(rows, hosts, host_count, words);
    if (question == 'f') build_fresh(hosts, host_count, words);
    if (question == 'i') found += build_impact(rows, other, hosts, host_count, words);
    if (question == 'o') found += build_proof(other, hosts, host_count, words);
    if (question == 'u') found += build_rules(rows, hosts, host_count, words);
    printf("%s%.6g", round == 0 ? "" : ",", now_ms() - begin);
  }
  uint64_t cells = 0;
  for (size_t w = 0; w < host_count * words; ++w) cells += (uint64_t)__builtin_popcountll(rows[w]);
  printf("],\"cells\":%llu,\"found\":%llu}\n", (unsigned long long)cells, (unsigned long long)found);
  return 0;
}
