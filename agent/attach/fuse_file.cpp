#include "agent/attach/fuse_file.h"

#define FUSE_USE_VERSION 312
#include <fcntl.h>
#include <fuse3/fuse_lowlevel.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "agent/attach/file_rules.h"
#include "agent/block/request_check.h"

namespace attach {
namespace {

using scsi::IoKind;
using scsi::IoResult;

constexpr fuse_ino_t kFileInode = 2;
// What the kernel is told holds until it is told otherwise (sizeChanged); seconds.
constexpr double kForever = 1e9;
// A write up to this size is copied, so that it does not hold the place of a message of the largest size.
constexpr std::size_t kCopied = std::size_t{16} << 10;
constexpr std::uint32_t kLeastHole = 4096;  // bytes; smaller ones are not worth asking for

}  // namespace

// The way from libfuse's C to the file.
struct FuseFile::Operations {
  static FuseFile& of(fuse_req_t handle) { return *static_cast<FuseFile*>(fuse_req_userdata(handle)); }
  static void sync(fuse_req_t handle, bool asks) {
    if (of(handle).serves(handle)) of(handle).flush(handle, asks);
  }
  static fuse_lowlevel_ops table();
};

fuse_lowlevel_ops FuseFile::Operations::table() {
  fuse_lowlevel_ops ops{};
  ops.init = [](void* user, fuse_conn_info* connection) { static_cast<FuseFile*>(user)->init(*connection); };
  ops.lookup = [](fuse_req_t handle, fuse_ino_t parent, const char* name) { of(handle).lookup(handle, parent, name); };
  ops.getattr = [](fuse_req_t handle, fuse_ino_t inode, fuse_file_info*) { of(handle).getattr(handle, inode); };
  ops.readdir = [](fuse_req_t handle, fuse_ino_t inode, std::size_t size, off_t from, fuse_file_info*) {
    of(handle).readdir(handle, inode, size, static_cast<std::uint64_t>(from));
  };
  ops.statfs = [](fuse_req_t handle, fuse_ino_t) { of(handle).statfs(handle); };
  ops.open = [](fuse_req_t handle, fuse_ino_t inode, fuse_file_info* file) {
    of(handle).openFile(handle, inode, *file);
  };
  ops.read = [](fuse_req_t handle, fuse_ino_t, std::size_t size, off_t offset, fuse_file_info*) {
    if (of(handle).serves(handle)) of(handle).read(handle, size, static_cast<std::uint64_t>(offset));
  };
  ops.write = [](fuse_req_t handle, fuse_ino_t, const char* bytes, std::size_t size, off_t offset,
                 fuse_file_info* file) {
    if (of(handle).serves(handle))
      of(handle).write(handle, bytes, size, static_cast<std::uint64_t>(offset), file->flags);
  };
  ops.fallocate = [](fuse_req_t handle, fuse_ino_t, int mode, off_t offset, off_t length, fuse_file_info*) {
    if (!of(handle).serves(handle)) return;
    of(handle).allocate(handle, mode, static_cast<std::uint64_t>(offset), static_cast<std::uint64_t>(length));
  };
  ops.flush = [](fuse_req_t handle, fuse_ino_t, fuse_file_info*) { sync(handle, false); };
  ops.fsync = [](fuse_req_t handle, fuse_ino_t, int, fuse_file_info*) { sync(handle, true); };
  return ops;
}

FuseFile::FuseFile(net::Loop& loop, block::Device& device, scsi::FlushNews& news, FuseFileObserver& observer)
    : loop_(loop),
      device_(device),
      news_(news),
      flushes_(news, "file"),
      observer_(observer),
      end_(loop.timers(), [this] { proceed(); }),
      flush_(static_cast<FuseRequestOwner&>(*this)),
      link_(loop, memory_, share_, static_cast<FuseLinkOwner&>(*this)) {}

FuseFile::~FuseFile() {
  if (hungry_ != nullptr) answer(*std::exchange(hungry_, nullptr), IoResult::Gone);
}

base::Status FuseFile::open(int fd, bool writtenLater) {
  writtenLater_ = writtenLater;
  static const fuse_lowlevel_ops kOperations = Operations::table();
  return link_.open(fd, kOperations, this);
}

// ---- what a file is

void FuseFile::init(fuse_conn_info& connection) {
  connection.max_write = FuseLink::kMaxPayload;
  connection.max_background = kMaxBackground;
  connection.congestion_threshold = kMaxBackground * 3 / 4;
  // Messages come by read(2), answers go by writev(2). And what the kernel knows of the file it is told when it
  // changes.
  const unsigned unused =
      FUSE_CAP_SPLICE_READ | FUSE_CAP_SPLICE_WRITE | FUSE_CAP_SPLICE_MOVE | FUSE_CAP_AUTO_INVAL_DATA;
  connection.want &= ~unused;
}

struct stat FuseFile::attributes(std::uint64_t inode) const {
  struct stat attributes {};
  attributes.st_ino = inode;
  attributes.st_uid = ::getuid();
  attributes.st_gid = ::getgid();
  if (inode == FUSE_ROOT_ID) {
    attributes.st_mode = S_IFDIR | 0500;
    attributes.st_nlink = 2;
    return attributes;
  }
  const scsi::Geometry geometry = device_.geometry();
  attributes.st_mode = S_IFREG | (geometry.readOnly && !writtenLater_ ? 0400U : 0600U);
  attributes.st_nlink = 1;
  attributes.st_size = static_cast<off_t>(bytesOf(geometry));
  attributes.st_blksize = static_cast<blksize_t>(geometry.blockSize);
  attributes.st_blocks = attributes.st_size / 512;
  return attributes;
}

void FuseFile::lookup(fuse_req_t handle, std::uint64_t parent, std::string_view name) {
  if (parent != FUSE_ROOT_ID || name != kName) return static_cast<void>(fuse_reply_err(handle, ENOENT));
  asked_ = true;
  fuse_entry_param entry{};
  entry.ino = kFileInode;
  entry.attr = attributes(kFileInode);
  entry.attr_timeout = kForever;
  entry.entry_timeout = kForever;
  fuse_reply_entry(handle, &entry);
}

void FuseFile::getattr(fuse_req_t handle, std::uint64_t inode) {
  const struct stat told = attributes(inode);
  fuse_reply_attr(handle, &told, kForever);
}

void FuseFile::readdir(fuse_req_t handle, std::uint64_t inode, std::size_t size, std::uint64_t from) {
  if (inode != FUSE_ROOT_ID) return static_cast<void>(fuse_reply_err(handle, ENOTDIR));
  const std::pair<const char*, fuse_ino_t> entries[] = {
      {".", FUSE_ROOT_ID}, {"..", FUSE_ROOT_ID}, {kName.data(), kFileInode}};
  std::array<char, 256> room;
  const std::size_t most = std::min(size, room.size());
  std::size_t used = 0;
  for (std::uint64_t at = from; at < std::size(entries); ++at) {
    const struct stat told = attributes(entries[at].second);
    const std::size_t needs = fuse_add_direntry(handle, room.data() + used, most - used, entries[at].first, &told,
                                                static_cast<off_t>(at + 1));
    if (needs > most - used) break;
    used += needs;
  }
  fuse_reply_buf(handle, room.data(), used);
}

// The block size is what a loop device takes for the granularity of its discards.
void FuseFile::statfs(fuse_req_t handle) {
  const scsi::Geometry geometry = device_.geometry();
  struct statvfs told {};
  told.f_bsize = std::max(geometry.blockSize << geometry.physicalExponent, kLeastHole);
  told.f_frsize = told.f_bsize;
  told.f_blocks = bytesOf(geometry) / told.f_bsize;
  told.f_namemax = 255;
  told.f_files = 1;
  fuse_reply_statfs(handle, &told);
}

void FuseFile::openFile(fuse_req_t handle, std::uint64_t inode, fuse_file_info& file) {
  if (inode != kFileInode) return static_cast<void>(fuse_reply_err(handle, EISDIR));
  if (device_.geometry().readOnly && !writtenLater_ && (file.flags & O_ACCMODE) != O_RDONLY) {
    return static_cast<void>(fuse_reply_err(handle, EROFS));
  }
  file.direct_io = 1;
  fuse_reply_open(handle, &file);
}

void FuseFile::sizeChanged() {
  if (asked_ && !link_.ended()) fuse_lowlevel_notify_inval_inode(link_.session(), kFileInode, -1, 0);
}

// ---- what is done to it

bool FuseFile::serves(fuse_req_t handle) {
  if (state_ == State::Serving) return true;
  fuse_reply_err(handle, EIO);
  return false;
}

void FuseFile::read(fuse_req_t handle, std::size_t size, std::uint64_t offset) {
  const FileVerdict verdict = readVerdict(offset, size, device_.geometry());
  if (verdict.error != 0) return static_cast<void>(fuse_reply_err(handle, verdict.error));
  if (verdict.blocks == 0) return static_cast<void>(fuse_reply_buf(handle, nullptr, 0));
  if (const auto view = device_.view(verdict.lba, verdict.blocks); view) {
    return static_cast<void>(fuse_reply_buf(handle, reinterpret_cast<const char*>(view->data()), view->size()));
  }
  feed(begin(handle, IoKind::Read, verdict.lba, verdict.blocks));
}

// Gives a read its memory, or lets it wait for it.
void FuseFile::feed(FuseRequest& request) {
  const std::span<std::uint8_t> block = memory_.take(request.blocks * device_.geometry().blockSize, share_);
  if (block.empty()) {
    hungry_ = &request;
    return;
  }
  request.give(block, block);
  submit(request);
}

void FuseFile::write(fuse_req_t handle, const char* bytes, std::size_t size, std::uint64_t offset, int flags) {
  const FileVerdict verdict = changeVerdict(offset, size, device_.geometry());
  if (verdict.error != 0) return static_cast<void>(fuse_reply_err(handle, verdict.error));
  if (size == 0) return static_cast<void>(fuse_reply_write(handle, 0));
  FuseRequest& request = begin(handle, IoKind::Write, verdict.lba, verdict.blocks);
  request.forceUnitAccess = (flags & (O_DSYNC | O_SYNC)) != 0;
  const std::span<std::uint8_t> block = size <= kCopied ? memory_.take(size, share_) : std::span<std::uint8_t>();
  if (!block.empty()) {
    std::memcpy(block.data(), bytes, size);
    request.give(block, block);
  } else {
    const std::span<std::uint8_t> place = link_.keep();
    request.give(
        place,
        place.subspan(static_cast<std::size_t>(reinterpret_cast<const std::uint8_t*>(bytes) - place.data()), size));
  }
  submit(request);
}

void FuseFile::allocate(fuse_req_t handle, int mode, std::uint64_t offset, std::uint64_t length) {
  const FileVerdict verdict = changeVerdict(offset, length, device_.geometry());
  if (verdict.error != 0) return static_cast<void>(fuse_reply_err(handle, verdict.error));
  const FileZeroing zeroing = zeroingOf(mode, device_.geometry());
  if (zeroing == FileZeroing::Refused) return static_cast<void>(fuse_reply_err(handle, EOPNOTSUPP));
  FuseRequest& request = begin(handle, IoKind::WriteZeroes, verdict.lba, verdict.blocks);
  request.mayUnmap = request.thenDiscard = zeroing == FileZeroing::Hole;
  submit(request);
}

void FuseFile::flush(fuse_req_t handle, bool asks) {
  FuseRequest& request = begin(handle, IoKind::Flush, 0, 0);
  request.asks = asks;
  submit(request);
}

// ---- requests to the device

FuseRequest& FuseFile::begin(fuse_req_t handle, IoKind kind, std::uint64_t lba, std::uint64_t blocks) {
  if (idle_.empty()) {
    FuseRequestOwner& self = *this;
    idle_.push_back(requests_.emplace_back(std::make_unique<FuseRequest>(self)).get());
  }
  FuseRequest& request = *idle_.back();
  idle_.pop_back();
  request.begin(handle, kind, lba, blocks);
  ++open_;
  return request;
}

void FuseFile::submit(FuseRequest& request) {
  // It may have become smaller since it was looked at.
  if (!block::liesWithin(request, device_.geometry())) return requestDone(request, IoResult::OutOfRange);
  device_.submit(request);
}

void FuseFile::requestDone(FuseRequest& request, IoResult result) {
  if (request.asks) {
    result = flushes_.asked(result);
    flushes_.heard();  // the kernel loses no answer
  } else if (request.kind == IoKind::Flush) {
    news_.ended(result);
  }
  if (&request == &flush_) {
    result_ = result;
    state_ = State::Flushed;
    return end_.startAt(loop_.now());
  }
  if (result == IoResult::Ok && std::exchange(request.thenDiscard, false)) {
    request.kind = IoKind::Discard;
    return submit(request);
  }
  // The zeroes are there: whether the hint was of any use is nobody's concern.
  answer(request, request.kind == IoKind::Discard ? IoResult::Ok : result);
}

void FuseFile::answer(FuseRequest& request, IoResult result) {
  if (const int error = fileErrorOf(result, request.changes()); error != 0) {
    fuse_reply_err(request.handle, error);
  } else if (request.kind == IoKind::Read) {
    fuse_reply_buf(request.handle, reinterpret_cast<const char*>(request.data.data()), request.data.size());
  } else if (request.kind == IoKind::Write) {
    fuse_reply_write(request.handle, request.data.size());
  } else {
    fuse_reply_err(request.handle, 0);
  }
  if (!request.block.empty()) memory_.give(request.block, share_);
  request.give({}, {});
  idle_.push_back(&request);
  --open_;
  link_.resume();
  if (state_ == State::Draining) end_.startAt(loop_.now());
}

void FuseFile::onLinkTurnEnd() {
  if (hungry_ != nullptr) feed(*std::exchange(hungry_, nullptr));
}

void FuseFile::onLinkEnded(const std::string& why) {
  if (state_ == State::Serving) observer_.onFileEnded(why);
}

// ---- end

void FuseFile::stop(std::function<void(IoResult flushed)> done) {
  if (state_ != State::Serving) return;
  done_ = std::move(done);
  state_ = State::Draining;
  end_.startAt(loop_.now());
}

void FuseFile::abandon() {
  state_ = State::Stopped;
  end_.cancel();
}

void FuseFile::proceed() {
  if (state_ == State::Draining && open_ == 0) {
    state_ = State::Flushing;
    flush_.begin(nullptr, IoKind::Flush, 0, 0);
    flush_.asks = true;
    device_.submit(flush_);
  } else if (state_ == State::Flushed) {
    state_ = State::Stopped;
    std::exchange(done_, {})(result_);
  }
}

}  // namespace attach
