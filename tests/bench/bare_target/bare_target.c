// The floor for SCSI reads and writes over TCP: what sockets and one copy alone cost on this machine.
//
// It knows as much of RFC 7143 as it takes to move the same bytes as an iSCSI target does: a SCSI Command PDU of 48
// bytes that reads is answered by 48 bytes and the data (a Data-In PDU with status), one that writes carries all its
// data and is answered by 48 bytes (a SCSI Response). No login, no sequence numbers, no R2T, no digests, no checks
// beyond the bounds of its memory. READ(10) and WRITE(10) with blocks of 512 bytes; the length is the expected data
// transfer length.
//
// With --file it also makes the one call a command that a file costs: pread before an answer, pwrite when a write is
// whole, from and to its memory. With --digests there are header and data digests (CRC32C) on the wire; those of its
// data are made where they lie, which a target may not do whose data change meanwhile.
//
// It reads up to 64 KiB at once, the payload of a write that is not whole yet straight into its place, and answers all
// requests of a read with one writev from its memory (as many as one call takes: 1,024 pieces); --per-write shows what
// one call an answer costs. Each thread has an epoll set of its own; connections are dealt out in turn and stay. A
// failed system call at start ends the process; later failures and wrong requests close the connection concerned.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <isa-l/crc.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
  kHeader = 48,
  kDigest = 4,
  kReadSize = 64 * 1024,
  kBlock = 512,
  kPieces = 1024,  // that one writev takes
  kEvents = 256,
  kMaxThreads = 64,
  kScsiCommand = 0x01,
  kReads = 0x40,
  kWrites = 0x20,
};

// Answers that go out together: headers beside each other, and the pieces in order. Digests of a header and of its data
// lie behind it, so that the latter is one piece with the next header.
struct batch {
  uint8_t headers[kPieces][kHeader + 2 * kDigest];
  struct iovec pieces[kPieces];
  size_t used_headers;
  size_t used_pieces;
};

struct connection {
  int fd;
  uint8_t* rest;  // the begin of a header whose end is not here yet, or requests that wait for the socket
  size_t rest_size;
  uint8_t write[kHeader];  // the write whose payload is not whole
  uint8_t* place;          // where the rest of it goes
  size_t place_left;
  bool digest_left;      // all of its payload is here, but not the digest
  struct batch* unsent;  // what the socket did not take; nothing is read until it is gone
  size_t unsent_at;      // the first piece of it
};

static uint8_t* memory;
static size_t memory_size = 256UL << 20;
static int file = -1;  // what holds the blocks, or none
static bool per_write = false;
static size_t digest = 0;      // bytes of each: kDigest, or 0 without
static int sets[kMaxThreads];  // of the threads; the first one also accepts
static unsigned long threads = 1;
static _Thread_local uint8_t input[2 * kReadSize + kHeader + kDigest];
static _Thread_local struct batch* output;

static void die(const char* what) {
  perror(what);
  exit(1);
}

static void* must(void* allocated) {
  if (allocated == NULL) die("malloc");
  return allocated;
}

static uint32_t load24(const uint8_t* p) { return ((uint32_t)p[0] << 16) | ((uint32_t)p[1] << 8) | p[2]; }
static uint32_t load32(const uint8_t* p) { return ((uint32_t)p[0] << 24) | load24(p + 1); }

// Of a header: ISA-L takes eight times as long for so few bytes.
__attribute__((target("sse4.2"))) static void put_header_digest(uint8_t* header) {
  uint64_t crc = 0xffffffff;
  for (size_t at = 0; at < kHeader; at += sizeof crc) {
    uint64_t word;
    memcpy(&word, header + at, sizeof word);
    crc = __builtin_ia32_crc32di(crc, word);
  }
  const uint32_t sum = ~(uint32_t)crc;
  memcpy(header + kHeader, &sum, kDigest);
}

static bool has_header_digest(const uint8_t* request) {
  uint8_t own[kHeader + kDigest];
  memcpy(own, request, kHeader);
  put_header_digest(own);
  return memcmp(own + kHeader, request + kHeader, kDigest) == 0;
}

static void drop(int set, struct connection* c) {
  epoll_ctl(set, EPOLL_CTL_DEL, c->fd, NULL);
  close(c->fd);
  free(c->rest);
  free(c->unsent);
  free(c);
}

static void watch(int set, struct connection* c, uint32_t events) {
  struct epoll_event event = {.events = events, .data.ptr = c};
  if (epoll_ctl(set, EPOLL_CTL_MOD, c->fd, &event) != 0) die("epoll_ctl");
}

// Sends pieces from *at on; moves *at and what it stands on behind what was sent. False when the connection is gone.
static bool send_pieces(int fd, struct batch* b, size_t* at) {
  while (*at < b->used_pieces) {
    const ssize_t sent = writev(fd, b->pieces + *at, (int)(b->used_pieces - *at));
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return errno == EAGAIN;
    size_t left = (size_t)sent;
    while (left > 0 && left >= b->pieces[*at].iov_len) left -= b->pieces[(*at)++].iov_len;
    if (left > 0) {
      b->pieces[*at].iov_base = (uint8_t*)b->pieces[*at].iov_base + left;
      b->pieces[*at].iov_len -= left;
    }
  }
  return true;
}

// Sends the batch, or leaves what the socket does not take to the connection and takes an empty batch.
static bool flush(int set, struct connection* c) {
  size_t at = 0;
  if (!send_pieces(c->fd, output, &at)) return false;
  if (at < output->used_pieces) {
    c->unsent = output;
    c->unsent_at = at;
    output = must(malloc(sizeof *output));
    watch(set, c, EPOLLOUT);
  }
  output->used_headers = output->used_pieces = 0;
  return true;
}

static void add_piece(void* data, size_t size) {
  struct iovec* last = output->pieces + output->used_pieces - 1;
  if (output->used_pieces > 0 && (uint8_t*)last->iov_base + last->iov_len == data) {
    last->iov_len += size;
    return;
  }
  output->pieces[output->used_pieces++] = (struct iovec){.iov_base = data, .iov_len = size};
}

// The answer to a request that is whole. `data` NULL: to a write.
static void answer(const uint8_t* request, uint8_t* data, size_t size) {
  uint8_t* header = output->headers[output->used_headers++];
  memset(header, 0, kHeader);
  header[0] = data != NULL ? 0x25 : 0x21;
  header[1] = data != NULL ? 0x81 : 0x80;  // final, with status
  if (data != NULL) {
    header[5] = (uint8_t)(size >> 16);
    header[6] = (uint8_t)(size >> 8);
    header[7] = (uint8_t)size;
  }
  memcpy(header + 16, request + 16, 4);
  memset(header + 20, 0xff, 4);
  if (digest != 0) put_header_digest(header);
  add_piece(header, kHeader + digest);
  if (data == NULL) return;
  add_piece(data, size);
  if (digest == 0) return;
  const uint32_t sum = ~crc32_iscsi(data, (int)size, 0xffffffff);
  memcpy(header + kHeader + digest, &sum, kDigest);
  add_piece(header + kHeader + digest, kDigest);
}

// Whether one more answer fits the batch.
static bool has_room(void) { return output->used_pieces + 3 <= kPieces; }

// Where a request wants to read or write; NULL when outside of the memory.
static uint8_t* place_of(const uint8_t* request, size_t size) {
  const size_t at = (size_t)load32(request + 34) * kBlock;
  return at <= memory_size && size <= memory_size - at ? memory + at : NULL;
}

static bool read_file(uint8_t* place, size_t size) {
  return file < 0 || pread(file, place, size, place - memory) == (ssize_t)size;
}

// All of a write is in its place.
static bool end_write(const uint8_t* request) {
  const size_t size = load32(request + 20);
  const uint8_t* place = place_of(request, size);
  if (file >= 0 && pwrite(file, place, size, place - memory) != (ssize_t)size) return false;
  answer(request, NULL, 0);
  return true;
}

// The digest behind the payload of a write; the bytes used, 0 when it is not whole. False when it is wrong.
static bool take_digest(struct connection* c, const uint8_t* at, size_t have, size_t* used) {
  *used = 0;
  if (have < kDigest) return true;
  *used = kDigest;
  c->digest_left = false;
  const size_t size = load32(c->write + 20);
  const uint32_t sum = ~crc32_iscsi(place_of(c->write, size), (int)size, 0xffffffff);
  return memcmp(&sum, at, kDigest) == 0 && end_write(c->write);
}

// Takes one request at `at` of `have` bytes; the bytes used, 0 when it is no whole header. False when it is wrong.
static bool take(struct connection* c, const uint8_t* at, size_t have, size_t* used) {
  *used = 0;
  if (have < kHeader + digest) return true;
  if (digest != 0 && !has_header_digest(at)) return false;
  const size_t size = load32(at + 20);
  uint8_t* place = place_of(at, size);
  if ((at[0] & 0x3f) != kScsiCommand || place == NULL) return false;
  *used = kHeader + digest;
  if ((at[1] & kReads) != 0) {
    if (!read_file(place, size)) return false;
    answer(at, place, size);
    return true;
  }
  if ((at[1] & kWrites) == 0 || load24(at + 5) != size) return false;
  const size_t here = have - *used < size ? have - *used : size;
  memcpy(place, at + *used, here);
  *used += here;
  if (here == size && digest == 0) return end_write(at);
  memcpy(c->write, at, kHeader);
  c->place = place + here;
  c->place_left = size - here;
  c->digest_left = digest != 0;
  return true;
}

// Reads once; the bytes that went into `input` behind the rest, or -1 for nothing, -2 when the connection is gone.
static ssize_t receive(struct connection* c) {
  struct iovec into[2] = {{.iov_base = c->place, .iov_len = c->place_left},
                          {.iov_base = input + c->rest_size, .iov_len = kReadSize}};
  const bool placed = c->place_left > 0;
  const ssize_t got = placed ? readv(c->fd, into, 2) : recv(c->fd, input + c->rest_size, kReadSize, 0);
  if (got < 0) return errno == EAGAIN || errno == EINTR ? -1 : -2;
  if (got == 0) return -2;
  if (!placed) return got;
  const size_t here = (size_t)got < c->place_left ? (size_t)got : c->place_left;
  c->place += here;
  c->place_left -= here;
  if (c->place_left == 0 && !c->digest_left && !end_write(c->write)) return -2;
  return got - (ssize_t)here;
}

// Answers the requests among the first `have` bytes of `input`, and keeps what is no whole one or cannot be answered
// now.
static bool answer_all(int set, struct connection* c, size_t have) {
  size_t at = 0;
  for (size_t used = 1; used > 0 && c->place_left == 0 && c->unsent == NULL; at += used) {
    const bool ok =
        c->digest_left ? take_digest(c, input + at, have - at, &used) : take(c, input + at, have - at, &used);
    if (!ok) return false;
    if ((per_write || !has_room()) && !flush(set, c)) return false;
  }
  c->rest_size = have - at;
  if (c->rest_size > kHeader + kDigest) c->rest = must(realloc(c->rest, c->rest_size));
  memcpy(c->rest, input + at, c->rest_size);
  return output->used_pieces == 0 || flush(set, c);
}

static bool on_readable(int set, struct connection* c) {
  memcpy(input, c->rest, c->rest_size);
  const ssize_t got = receive(c);
  if (got < 0) return got == -1;
  return answer_all(set, c, c->rest_size + (size_t)got);
}

static bool on_writable(int set, struct connection* c) {
  if (!send_pieces(c->fd, c->unsent, &c->unsent_at)) return false;
  if (c->unsent_at < c->unsent->used_pieces) return true;
  free(c->unsent);
  c->unsent = NULL;
  watch(set, c, EPOLLIN);
  memcpy(input, c->rest, c->rest_size);
  return answer_all(set, c, c->rest_size);
}

static void on_connect(int listener) {
  static unsigned long next = 0;
  const int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) return;
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  struct connection* c = must(calloc(1, sizeof *c));
  c->fd = fd;
  c->rest = must(malloc(kHeader + kDigest));
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
  if (epoll_ctl(sets[next++ % threads], EPOLL_CTL_ADD, fd, &event) != 0) die("epoll_ctl");
}

static int listen_on(uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (fd < 0 || bind(fd, (struct sockaddr*)&address, sizeof address) != 0 || listen(fd, 4096) != 0) die("listen");
  socklen_t size = sizeof address;
  if (getsockname(fd, (struct sockaddr*)&address, &size) != 0) die("getsockname");
  printf("listening %u\n", (unsigned)ntohs(address.sin_port));
  fflush(stdout);
  return fd;
}

static void serve(int set, int listener) {
  struct epoll_event events[kEvents];
  output = must(calloc(1, sizeof *output));
  for (;;) {
    const int count = epoll_wait(set, events, kEvents, -1);
    for (int i = 0; i < count; ++i) {
      struct connection* c = events[i].data.ptr;
      if (c == NULL) {
        on_connect(listener);
        continue;
      }
      const bool alive = (events[i].events & EPOLLOUT) != 0 ? on_writable(set, c) : on_readable(set, c);
      if (!alive) {
        drop(set, c);
        output->used_headers = output->used_pieces = 0;
      }
    }
  }
}

static void* run_thread(void* set) {
  serve(*(int*)set, -1);
  return NULL;
}

static void run(int listener) {
  for (unsigned long i = 0; i < threads; ++i) {
    sets[i] = epoll_create1(EPOLL_CLOEXEC);
    if (sets[i] < 0) die("epoll_create1");
  }
  struct epoll_event wanted = {.events = EPOLLIN, .data.ptr = NULL};
  if (epoll_ctl(sets[0], EPOLL_CTL_ADD, listener, &wanted) != 0) die("epoll_ctl");
  for (unsigned long i = 1; i < threads; ++i) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, run_thread, &sets[i]) != 0) die("pthread_create");
  }
  serve(sets[0], listener);
}

// All pages are there before the first request, large ones where the system gives them.
static void take_memory(void) {
  memory = mmap(NULL, memory_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) die("mmap");
  madvise(memory, memory_size, MADV_HUGEPAGE);
  memset(memory, 0x5a, memory_size);
}

static void open_file(const char* path) {
  file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0 || ftruncate(file, (off_t)memory_size) != 0) die(path);
}

static void usage(void) {
  fputs(
      "usage: bare_target [--port N] [--size MIB] [--threads N] [--per-write] [--file PATH] [--digests]\n"
      "  --port       on 127.0.0.1; 0 (default) takes a free one; printed as \"listening N\"\n"
      "  --size       MiB of memory behind it (256)\n"
      "  --threads    that serve; default 1\n"
      "  --per-write  one system call for each answer instead of one for all answers of a read\n"
      "  --file       made as large as the memory, and read or written for each command\n"
      "  --digests    header and data digests on the wire\n",
      stderr);
  exit(2);
}

int main(int argc, char** argv) {
  static const struct option options[] = {{"port", required_argument, NULL, 'p'},
                                          {"size", required_argument, NULL, 's'},
                                          {"threads", required_argument, NULL, 't'},
                                          {"per-write", no_argument, NULL, 'w'},
                                          {"file", required_argument, NULL, 'f'},
                                          {"digests", no_argument, NULL, 'd'},
                                          {NULL, 0, NULL, 0}};
  unsigned long port = 0;
  const char* path = NULL;
  for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
    if (option == 'p') {
      port = strtoul(optarg, NULL, 10);
    } else if (option == 's') {
      memory_size = strtoul(optarg, NULL, 10) << 20;
    } else if (option == 't') {
      threads = strtoul(optarg, NULL, 10);
    } else if (option == 'w') {
      per_write = true;
    } else if (option == 'f') {
      path = optarg;
    } else if (option == 'd') {
      digest = kDigest;
    } else {
      usage();
    }
  }
  if (port > 65535 || threads < 1 || threads > kMaxThreads || memory_size == 0) usage();
  take_memory();
  if (path != NULL) open_file(path);
  run(listen_on((uint16_t)port));
}
