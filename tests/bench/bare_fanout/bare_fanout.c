// The floor for telling many listeners: sockets alone, no registry, no protocol.
//
// For each line on standard input it sends one prepared message to every endpoint and reads an answer of known size
// from each, either over connections made for that round or over connections made once. All messages leave before the
// first answer is read, which is the shortest way to the last listener. "ready" on standard output when set up, "done"
// after each round. One thread. A failed system call ends the process.
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { kMaxMessage = 65544, kEvents = 512 };

struct peer {
  struct sockaddr_in address;
  int fd;
  size_t missing;  // bytes of its answer that are not here yet
};

static struct peer* peers;
static size_t peer_count;
static uint8_t message[kMaxMessage];
static size_t message_size;
static size_t answer_size;
static bool keep = false;
static int epoll_set;

static void die(const char* what) {
  perror(what);
  exit(1);
}

static void read_endpoints(const char* path) {
  FILE* file = fopen(path, "r");
  if (file == NULL) die(path);
  char address[64];
  unsigned port = 0;
  size_t capacity = 0;
  while (fscanf(file, "%63[0-9.]:%u ", address, &port) == 2) {
    if (peer_count == capacity) {
      capacity = capacity == 0 ? 1024 : capacity * 2;
      peers = realloc(peers, capacity * sizeof *peers);
      if (peers == NULL) die("malloc");
    }
    struct peer* p = &peers[peer_count++];
    memset(p, 0, sizeof *p);
    p->fd = -1;
    p->address.sin_family = AF_INET;
    p->address.sin_port = htons((uint16_t)port);
    if (inet_pton(AF_INET, address, &p->address.sin_addr) != 1) die("endpoint");
  }
  fclose(file);
}

static void read_message(const char* path) {
  FILE* file = fopen(path, "rb");
  if (file == NULL) die(path);
  message_size = fread(message, 1, sizeof message, file);
  fclose(file);
}

// On loopback the handshake is over when a blocking connect has sent its first packet, so it does not wait.
static void open_connection(struct peer* p) {
  p->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (p->fd < 0 || connect(p->fd, (struct sockaddr*)&p->address, sizeof p->address) != 0) die("connect");
  const int on = 1;
  if (setsockopt(p->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0) die("TCP_NODELAY");
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = p};
  if (epoll_ctl(epoll_set, EPOLL_CTL_ADD, p->fd, &event) != 0) die("epoll_ctl");
}

static void send_message(struct peer* p) {
  if (send(p->fd, message, message_size, MSG_NOSIGNAL) != (ssize_t)message_size) die("send");
  p->missing = answer_size;
}

// True when the answer is complete.
static bool read_answer(struct peer* p) {
  uint8_t answer[4096];
  const size_t wanted = p->missing < sizeof answer ? p->missing : sizeof answer;
  const ssize_t got = recv(p->fd, answer, wanted, MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return false;
  if (got <= 0) die("a listener closed its connection before its answer");
  p->missing -= (size_t)got;
  return p->missing == 0;
}

static void one_round(void) {
  for (size_t i = 0; i < peer_count; ++i) {
    if (!keep) open_connection(&peers[i]);
    send_message(&peers[i]);
  }
  struct epoll_event events[kEvents];
  for (size_t answered = 0; answered < peer_count;) {
    const int count = epoll_wait(epoll_set, events, kEvents, 30000);
    if (count == 0) {
      fputs("bare_fanout: listeners are silent\n", stderr);
      exit(1);
    }
    for (int i = 0; i < count; ++i) {
      struct peer* p = events[i].data.ptr;
      if (!read_answer(p)) continue;
      ++answered;
      if (keep) continue;
      close(p->fd);
      p->fd = -1;
    }
  }
}

static void usage(void) {
  fputs(
      "usage: bare_fanout --endpoints FILE --message FILE --answer BYTES [--keep]\n"
      "  --endpoints  lines ADDRESS:PORT\n"
      "  --message    the bytes to send\n"
      "  --answer     size of what each listener answers\n"
      "  --keep       connections are made once and not for each round\n",
      stderr);
  exit(2);
}

int main(int argc, char** argv) {
  static const struct option options[] = {{"endpoints", required_argument, NULL, 'e'},
                                          {"message", required_argument, NULL, 'm'},
                                          {"answer", required_argument, NULL, 'a'},
                                          {"keep", no_argument, NULL, 'k'},
                                          {NULL, 0, NULL, 0}};
  for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
    if (option == 'e') {
      read_endpoints(optarg);
    } else if (option == 'm') {
      read_message(optarg);
    } else if (option == 'a') {
      answer_size = strtoul(optarg, NULL, 10);
    } else if (option == 'k') {
      keep = true;
    } else {
      usage();
    }
  }
  if (peer_count == 0 || message_size == 0 || answer_size == 0) usage();
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
  epoll_set = epoll_create1(EPOLL_CLOEXEC);
  if (epoll_set < 0) die("epoll_create1");
  for (size_t i = 0; keep && i < peer_count; ++i) open_connection(&peers[i]);
  puts("ready");
  fflush(stdout);
  char line[16];
  while (fgets(line, sizeof line, stdin) != NULL) {
    one_round();
    puts("done");
    fflush(stdout);
  }
  return 0;
}
