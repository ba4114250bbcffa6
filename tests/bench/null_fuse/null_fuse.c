// The floor of attachment by FUSE: one file that reads as zeroes and forgets what is written, as small as libfuse
// allows.
//
//   null_fuse FD BYTES     FD: a descriptor of /dev/fuse with a file system mounted on it
#define FUSE_USE_VERSION 312
#include <errno.h>
#include <fuse3/fuse_lowlevel.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static long long size;
static char zeroes[1 << 20];

static struct stat facts(fuse_ino_t inode) {
  struct stat stat = {
      .st_ino = inode, .st_nlink = 1, .st_mode = inode == FUSE_ROOT_ID ? S_IFDIR | 0500 : S_IFREG | 0600};
  if (inode != FUSE_ROOT_ID) stat.st_size = size;
  return stat;
}

static void init(void* user, struct fuse_conn_info* connection) {
  (void)user;
  connection->max_write = sizeof zeroes;
  connection->max_background = 64;
  connection->want &= ~(unsigned)(FUSE_CAP_SPLICE_READ | FUSE_CAP_AUTO_INVAL_DATA);
}

static void lookup(fuse_req_t request, fuse_ino_t parent, const char* name) {
  (void)parent;
  if (strcmp(name, "disk") != 0) {
    fuse_reply_err(request, ENOENT);
    return;
  }
  struct fuse_entry_param entry = {.ino = 2, .attr = facts(2), .attr_timeout = 1e9, .entry_timeout = 1e9};
  fuse_reply_entry(request, &entry);
}

static void getattr(fuse_req_t request, fuse_ino_t inode, struct fuse_file_info* file) {
  (void)file;
  const struct stat stat = facts(inode);
  fuse_reply_attr(request, &stat, 1e9);
}

static void open_file(fuse_req_t request, fuse_ino_t inode, struct fuse_file_info* file) {
  (void)inode;
  file->direct_io = 1;
  fuse_reply_open(request, file);
}

static void read_file(fuse_req_t request, fuse_ino_t inode, size_t bytes, off_t offset, struct fuse_file_info* file) {
  (void)inode, (void)offset, (void)file;
  fuse_reply_buf(request, zeroes, bytes);
}

static void write_file(fuse_req_t request, fuse_ino_t inode, const char* data, size_t bytes, off_t offset,
                       struct fuse_file_info* file) {
  (void)inode, (void)data, (void)offset, (void)file;
  fuse_reply_write(request, bytes);
}

static void sync_file(fuse_req_t request, fuse_ino_t inode, int data, struct fuse_file_info* file) {
  (void)inode, (void)data, (void)file;
  fuse_reply_err(request, 0);
}

int main(int argc, char** argv) {
  if (argc != 3) {
    fprintf(stderr, "usage: null_fuse FD BYTES\n");
    return 2;
  }
  size = atoll(argv[2]);
  const struct fuse_lowlevel_ops ops = {.init = init,
                                        .lookup = lookup,
                                        .getattr = getattr,
                                        .open = open_file,
                                        .read = read_file,
                                        .write = write_file,
                                        .fsync = sync_file};
  struct fuse_args args = FUSE_ARGS_INIT(1, argv);
  struct fuse_session* session = fuse_session_new(&args, &ops, sizeof ops, NULL);
  char place[32];
  snprintf(place, sizeof place, "/dev/fd/%s", argv[1]);
  if (session == NULL || fuse_session_mount(session, place) != 0) return 1;
  fuse_session_loop(session);
  fuse_session_destroy(session);
  return 0;
}
