// The floor for request and answer over TCP: what the sockets alone cost on this machine.
//
// It knows the 12-byte header of RFC 4171 5.1 and nothing else: a request gets an answer of a configured size with its
// transaction id. It reads up to 64 KiB and sends all answers of a read in one call, which is the cheapest way that
// sockets offer; --per-write shows what one call an answer costs. Each thread has an epoll set of its own; connections
// are dealt out in turn and stay. Sizes are payload bytes. A failed system call at start ends the process; later
// failures close the connection concerned.
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
  kHeader = 12,
  kMaxPayload = 65532,
  kReadSize = 64 * 1024,
  kFunctions = 32,  // ids below this have an answer size of their own
  kEvents = 256,
  kMaxThreads = 64,
};

struct connection {
  int fd;
  uint8_t* rest;  // the begin of a message whose end is not here yet
  size_t rest_size;
  uint8_t* unsent;  // answers that the socket did not take; nothing is read until they are gone
  size_t unsent_size;
};

static struct {
  uint8_t* message[kFunctions];  // header and zeros; only the transaction id changes
  size_t size[kFunctions];
} answers;
static bool per_write = false;
static int sets[kMaxThreads];  // of the threads; the first one also accepts
static unsigned long threads = 1;
static _Thread_local uint8_t input[kReadSize + kHeader + kMaxPayload];
static _Thread_local uint8_t* output;
static _Thread_local size_t output_capacity;

static void die(const char* what) {
  perror(what);
  exit(1);
}

static void* must(void* memory) {
  if (memory == NULL) die("malloc");
  return memory;
}

static unsigned load16(const uint8_t* p) { return ((unsigned)p[0] << 8) | p[1]; }
static void store16(uint8_t* p, unsigned v) {
  p[0] = (uint8_t)(v >> 8);
  p[1] = (uint8_t)v;
}

static void set_answer(unsigned function, size_t payload) {
  uint8_t* message = must(calloc(1, kHeader + payload));
  store16(message, 1);
  store16(message + 2, function | 0x8000U);
  store16(message + 4, (unsigned)payload);
  store16(message + 6, 0x4c00);  // from the server, first and last PDU
  free(answers.message[function]);
  answers.message[function] = message;
  answers.size[function] = kHeader + payload;
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

// Sends what the socket takes and keeps the rest. False when the connection is gone.
static bool send_all(int set, struct connection* c, const uint8_t* data, size_t size) {
  while (size > 0 && c->unsent_size == 0) {
    const ssize_t sent = send(c->fd, data, size, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno != EAGAIN) return false;
    if (sent < 0) {
      watch(set, c, EPOLLOUT);
      break;
    }
    data += sent;
    size -= (size_t)sent;
  }
  if (size > 0) {
    c->unsent = must(realloc(c->unsent, c->unsent_size + size));
    memcpy(c->unsent + c->unsent_size, data, size);
    c->unsent_size += size;
  }
  return true;
}

static bool on_writable(int set, struct connection* c) {
  const ssize_t sent = send(c->fd, c->unsent, c->unsent_size, MSG_NOSIGNAL);
  if (sent < 0) return errno == EAGAIN || errno == EINTR;
  c->unsent_size -= (size_t)sent;
  memmove(c->unsent, c->unsent + sent, c->unsent_size);
  if (c->unsent_size == 0) watch(set, c, EPOLLIN);
  return true;
}

static uint8_t* room(size_t used, size_t more) {
  if (used + more > output_capacity) {
    output_capacity = (used + more) * 2;
    output = must(realloc(output, output_capacity));
  }
  return output + used;
}

static bool on_readable(int set, struct connection* c) {
  const size_t before = c->rest_size;
  memcpy(input, c->rest, before);
  const ssize_t got = recv(c->fd, input + before, kReadSize, 0);
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  if (got == 0) return false;
  const size_t have = before + (size_t)got;
  size_t at = 0;
  size_t used = 0;
  while (have - at >= kHeader) {
    const uint8_t* request = input + at;
    const size_t size = kHeader + load16(request + 4);
    if (have - at < size) break;
    const unsigned function = load16(request + 2);
    if (function >= kFunctions) return false;
    uint8_t* answer = room(used, answers.size[function]);
    memcpy(answer, answers.message[function], answers.size[function]);
    memcpy(answer + 8, request + 8, 2);
    at += size;
    if (per_write) {
      if (!send_all(set, c, answer, answers.size[function])) return false;
    } else {
      used += answers.size[function];
    }
  }
  c->rest_size = have - at;
  if (c->rest_size > 0) {
    c->rest = must(realloc(c->rest, c->rest_size));
    memcpy(c->rest, input + at, c->rest_size);
  }
  return send_all(set, c, output, used);
}

static void on_connect(int listener) {
  static unsigned long next = 0;
  const int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) return;
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  struct connection* c = must(calloc(1, sizeof *c));
  c->fd = fd;
  c->rest = must(malloc(kHeader));
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
  for (;;) {
    const int count = epoll_wait(set, events, kEvents, -1);
    for (int i = 0; i < count; ++i) {
      struct connection* c = events[i].data.ptr;
      if (c == NULL) {
        on_connect(listener);
        continue;
      }
      const bool alive = (events[i].events & EPOLLOUT) != 0 ? on_writable(set, c) : on_readable(set, c);
      if (!alive) drop(set, c);
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

static void usage(void) {
  fputs(
      "usage: bare_echo [--port N] [--answer FUNCTION=PAYLOAD_BYTES]... [--threads N] [--per-write]\n"
      "  --port       on 127.0.0.1; 0 (default) takes a free one; printed as \"listening N\"\n"
      "  --answer     payload size of the answer to a function id, for example 0x0002=412; default 4 bytes\n"
      "  --threads    that serve; default 1\n"
      "  --per-write  one system call for each answer instead of one for all answers of a read\n",
      stderr);
  exit(2);
}

int main(int argc, char** argv) {
  static const struct option options[] = {{"port", required_argument, NULL, 'p'},
                                          {"answer", required_argument, NULL, 'a'},
                                          {"threads", required_argument, NULL, 't'},
                                          {"per-write", no_argument, NULL, 'w'},
                                          {NULL, 0, NULL, 0}};
  for (unsigned function = 0; function < kFunctions; ++function) set_answer(function, 4);
  unsigned long port = 0;
  for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
    if (option == 'p') {
      port = strtoul(optarg, NULL, 10);
    } else if (option == 'a') {
      char* rest = optarg;
      const unsigned long function = strtoul(optarg, &rest, 0);
      const unsigned long payload = *rest == '=' ? strtoul(rest + 1, NULL, 0) : 0;
      if (function >= kFunctions || payload < 4 || payload > kMaxPayload || payload % 4 != 0) usage();
      set_answer((unsigned)function, payload);
    } else if (option == 't') {
      threads = strtoul(optarg, NULL, 10);
    } else if (option == 'w') {
      per_write = true;
    } else {
      usage();
    }
  }
  if (port > 65535 || threads < 1 || threads > kMaxThreads) usage();
  run(listen_on((uint16_t)port));
}
