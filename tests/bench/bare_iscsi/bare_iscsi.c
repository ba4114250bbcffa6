/* The floor of iSCSI: a target and an initiator that do the least that the other end needs.
 *
 *   bare_iscsi target PORT                          answers reads with zeros, and takes writes, one connection at a
 * time bare_iscsi load PORT TARGET LUN DEPTH SECONDS   random reads of 4 KiB from 127.0.0.1; prints IOPS and CPU a read
 *
 * No digests, no authentication, no checks beyond what keeps it in step, no writes beyond immediate data. Only for
 * measuring on loopback. RFC 7143 11. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { BHS = 48, SEGMENT = 262144, BUFFER = 1 << 20, VIEWS = 1024, BLOCK = 512, READ_BYTES = 4096 };
#define DISK_BYTES (UINT64_C(1) << 30)

static uint8_t input[BUFFER];
static size_t input_used;

static void fail(const char* what) {
  perror(what);
  exit(1);
}

static uint32_t get32(const uint8_t* p) {
  uint32_t v;
  memcpy(&v, p, 4);
  return ntohl(v);
}
static void put32(uint8_t* p, uint32_t v) {
  v = htonl(v);
  memcpy(p, &v, 4);
}
static uint32_t segment_length(const uint8_t* bhs) { return get32(bhs + 4) & 0xffffff; }
static size_t padded(size_t n) { return (n + 3) & ~(size_t)3; }

static void no_delay(int fd) {
  int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

static void send_views(int fd, struct iovec* views, size_t count) {
  while (count > 0) {
    struct msghdr message = {.msg_iov = views, .msg_iovlen = count};
    ssize_t n = sendmsg(fd, &message, MSG_NOSIGNAL);
    if (n < 0) {
      if (errno == EINTR) continue;
      fail("sendmsg");
    }
    size_t sent = (size_t)n;
    while (count > 0 && sent >= views->iov_len) {
      sent -= views->iov_len;
      views++;
      count--;
    }
    if (count > 0) {
      views->iov_base = (char*)views->iov_base + sent;
      views->iov_len -= sent;
    }
  }
}

/* --- target --- */

static uint8_t zeros[SEGMENT];
static uint8_t headers[VIEWS][BHS];
static struct iovec views[VIEWS];
static size_t view_count, header_count;
static uint32_t stat_sn, exp_cmd_sn;

static uint8_t* new_header(uint8_t opcode, const uint8_t* request) {
  uint8_t* h = headers[header_count++];
  memset(h, 0, BHS);
  h[0] = opcode;
  h[1] = 0x80;
  memcpy(h + 16, request + 16, 4);
  put32(h + 24, stat_sn);
  put32(h + 28, exp_cmd_sn);
  put32(h + 32, exp_cmd_sn + 127);
  return h;
}

static void reply(uint8_t* header, const void* data, size_t size) {
  static const uint8_t padding[4];
  views[view_count++] = (struct iovec){header, BHS};
  put32(header + 4, (uint32_t)size);
  if (size == 0) return;
  views[view_count++] = (struct iovec){(void*)(uintptr_t)data, size};
  if (padded(size) != size) views[view_count++] = (struct iovec){(void*)(uintptr_t)padding, padded(size) - size};
}

static void take_login(const uint8_t* request) {
  static const char security[] = "TargetPortalGroupTag=1\0AuthMethod=None";
  static const char operational[] =
      "HeaderDigest=None\0DataDigest=None\0InitialR2T=No\0ImmediateData=Yes\0MaxRecvDataSegmentLength=262144\0"
      "MaxBurstLength=262144\0FirstBurstLength=262144";
  uint8_t* h = new_header(0x23, request);
  int stage = (request[1] >> 2) & 3;
  h[1] = request[1];
  memcpy(h + 8, request + 8, 6);
  h[15] = 1;
  if (stage == 0)
    reply(h, security, sizeof security);
  else
    reply(h, operational, sizeof operational);
  stat_sn++;
}

static void take_command(const uint8_t* request) {
  static uint8_t inquiry[36] = {0, 0, 5, 2, 31}, capacity[32], report[16] = {0, 0, 0, 8};
  const uint8_t* cdb = request + 32;
  const uint32_t expected = get32(request + 20);
  const void* data = NULL;
  size_t size = 0;
  switch (cdb[0]) {
    case 0x12:
      data = inquiry;
      size = sizeof inquiry;
      break;
    case 0xa0:
      data = report;
      size = sizeof report;
      break;
    case 0x25:
      put32(capacity, (uint32_t)(DISK_BYTES / BLOCK - 1));
      put32(capacity + 4, BLOCK);
      data = capacity;
      size = 8;
      break;
    case 0x9e:
      memset(capacity, 0, sizeof capacity);
      put32(capacity + 4, (uint32_t)(DISK_BYTES / BLOCK - 1));
      put32(capacity + 8, BLOCK);
      data = capacity;
      size = sizeof capacity;
      break;
    case 0x28:
    case 0x88:
      data = zeros;
      size = expected;
      break;
    default:
      break;
  }
  if (size > expected) size = expected;
  if (size == 0) {
    uint8_t* h = new_header(0x21, request);
    stat_sn++;
    reply(h, NULL, 0);
    return;
  }
  if (size > sizeof zeros) exit(2);
  uint8_t* h = new_header(0x25, request);
  h[1] = 0x81;
  put32(h + 20, 0xffffffff);
  if (size < expected) {
    h[1] |= 2;
    put32(h + 44, expected - (uint32_t)size);
  }
  stat_sn++;
  reply(h, data, size);
}

/* 0: the connection ends. */
static int take_pdu(const uint8_t* pdu) {
  const uint8_t opcode = pdu[0] & 0x3f;
  if (opcode == 0x03 && exp_cmd_sn == 0) exp_cmd_sn = get32(pdu + 24);
  if ((pdu[0] & 0x40) == 0 && opcode != 0x05) exp_cmd_sn = get32(pdu + 24) + 1;
  switch (opcode) {
    case 0x00:
      if (get32(pdu + 16) == 0xffffffff) return 1;
      put32(new_header(0x20, pdu) + 20, 0xffffffff);
      reply(headers[header_count - 1], NULL, 0);
      stat_sn++;
      return 1;
    case 0x01:
      take_command(pdu);
      return 1;
    case 0x02:
      reply(new_header(0x22, pdu), NULL, 0);
      stat_sn++;
      return 1;
    case 0x03:
      take_login(pdu);
      return 1;
    case 0x06:
      reply(new_header(0x26, pdu), NULL, 0);
      return 0;
    default:
      return 1;
  }
}

static void serve(int fd) {
  input_used = 0;
  exp_cmd_sn = 0;
  for (int on = 1; on;) {
    ssize_t n = recv(fd, input + input_used, sizeof input - input_used, 0);
    if (n <= 0) break;
    input_used += (size_t)n;
    size_t at = 0;
    view_count = header_count = 0;
    while (on && input_used - at >= BHS && view_count + 4 < VIEWS) {
      const size_t size = BHS + padded(segment_length(input + at));
      if (input_used - at < size) break;
      on = take_pdu(input + at);
      at += size;
    }
    memmove(input, input + at, input_used - at);
    input_used -= at;
    send_views(fd, views, view_count);
  }
  close(fd);
}

static void run_target(uint16_t port) {
  int on = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, (struct sockaddr*)&to, sizeof to) != 0 || listen(listener, 8) != 0) fail("listen");
  for (;;) {
    int fd = accept(listener, NULL, NULL);
    if (fd < 0) fail("accept");
    no_delay(fd);
    serve(fd);
  }
}

/* --- load --- */

static double seconds_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}
static double cpu_now(void) {
  struct rusage u;
  getrusage(RUSAGE_SELF, &u);
  return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static size_t append_key(char* text, size_t at, const char* key, const char* value) {
  return at + (size_t)sprintf(text + at, "%s=%s", key, value) + 1;
}

static void login(int fd, const char* target) {
  uint8_t pdu[1024] = {0x43, 0x87};
  char* text = (char*)pdu + BHS;
  size_t size = append_key(text, 0, "InitiatorName", "iqn.2024-01.org.example:bare");
  size = append_key(text, size, "TargetName", target);
  size = append_key(text, size, "SessionType", "Normal");
  size = append_key(text, size, "MaxRecvDataSegmentLength", "262144");
  put32(pdu + 4, (uint32_t)size);
  pdu[8] = 0x80;
  pdu[13] = 7;
  put32(pdu + 24, 1);
  if (send(fd, pdu, BHS + padded(size), 0) < 0) fail("send");
  if (recv(fd, input, BHS, MSG_WAITALL) != BHS || input[36] != 0 || (input[1] & 0x80) == 0) {
    fprintf(stderr, "the login failed: status %02x%02x\n", input[36], input[37]);
    exit(1);
  }
  const size_t rest = padded(segment_length(input));
  stat_sn = get32(input + 24) + 1;
  if (rest > 0 && recv(fd, input, rest, MSG_WAITALL) != (ssize_t)rest) fail("recv");
}

static uint64_t chance(void) {
  static uint64_t s = 0x9e3779b97f4a7c15;
  s ^= s >> 12;
  s ^= s << 25;
  s ^= s >> 27;
  return (s * 0x2545f4914f6cdd1d) >> 16;
}

static uint32_t cmd_sn = 1;
static void put_read(uint8_t* h, uint32_t tag, uint8_t lun, uint32_t places) {
  memset(h, 0, BHS);
  h[0] = 0x01;
  h[1] = 0xc1;
  h[9] = lun;
  put32(h + 16, tag);
  put32(h + 20, READ_BYTES);
  put32(h + 24, cmd_sn++);
  put32(h + 28, stat_sn);
  h[32] = 0x28;
  put32(h + 34, (uint32_t)(chance() % places) * (READ_BYTES / BLOCK));
  h[40] = READ_BYTES / BLOCK;
}

static void run_load(uint16_t port, const char* target, uint8_t lun, uint32_t depth, double seconds) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  const uint32_t places = (uint32_t)((UINT64_C(64) << 20) / READ_BYTES); /* every test disk has 64 MiB */
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(fd, (struct sockaddr*)&to, sizeof to) != 0) fail("connect");
  no_delay(fd);
  login(fd, target);
  uint8_t(*out)[BHS] = calloc(depth, BHS);
  for (uint32_t i = 0; i < depth; i++) put_read(out[i], i, lun, places);
  if (send(fd, out, (size_t)depth * BHS, 0) < 0) fail("send");
  const double start = seconds_now(), cpu = cpu_now();
  uint64_t done = 0, errors = 0;
  while (seconds_now() - start < seconds) {
    ssize_t n = recv(fd, input + input_used, sizeof input - input_used, 0);
    if (n <= 0) fail("recv");
    input_used += (size_t)n;
    size_t at = 0;
    uint32_t again = 0;
    while (input_used - at >= BHS) {
      const uint8_t* h = input + at;
      const size_t size = BHS + padded(segment_length(h));
      if (input_used - at < size) break;
      const int response = h[0] == 0x21;
      if (response || (h[0] == 0x25 && (h[1] & 1) != 0)) {
        if (h[3] != 0) errors++;
        stat_sn = get32(h + 24) + 1;
        done++;
        put_read(out[again++], get32(h + 16), lun, places);
      }
      at += size;
    }
    memmove(input, input + at, input_used - at);
    input_used -= at;
    if (again > 0 && send(fd, out, (size_t)again * BHS, 0) < 0) fail("send");
  }
  const double took = seconds_now() - start;
  printf("%.0f IOPS, %.2f us CPU a read, %llu errors\n", (double)done / took, (cpu_now() - cpu) / (double)done * 1e6,
         (unsigned long long)errors);
}

int main(int argc, char** argv) {
  if (argc == 3 && strcmp(argv[1], "target") == 0) {
    run_target((uint16_t)atoi(argv[2]));
  } else if (argc == 7 && strcmp(argv[1], "load") == 0) {
    run_load((uint16_t)atoi(argv[2]), argv[3], (uint8_t)atoi(argv[4]), (uint32_t)atoi(argv[5]), atof(argv[6]));
  } else {
    fprintf(stderr, "usage: bare_iscsi target PORT | load PORT TARGET LUN DEPTH SECONDS\n");
    return 2;
  }
  return 0;
}
