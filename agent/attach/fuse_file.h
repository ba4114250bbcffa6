// FuseFile: a block device as the one file of a FUSE file system; with a loop device on it, a block device everywhere.
//
// The file is named kName and has the size of the device; whoever mounted the file system may do everything with it.
// Its contents are never cached by the kernel (FOPEN_DIRECT_IO), so that nothing is kept twice and what is written is
// here; a loop device with direct I/O has many requests on their way at once. Flush, fsync and close are flushes of the
// device, and fsync hears of those of others that failed (scsi/flush_news.h), as all who have the file open are one
// user, and few look how a close ends; writes with O_DSYNC or O_SYNC are FUA. What fits and what does not:
// file_rules.h. A device in memory answers reads from where they lie.
//
// stop() ends it without losing anything that was answered: requests on their way are answered, then the device is
// flushed; later requests get EIO. It does not unmount. When the file system is taken away (onFileEnded) the file has
// ended, and may be destroyed once nothing is open().
//
// One thread, the loop's. Device, news and observer are borrowed. Where requests are open the device is destroyed
// before the file, and after abandon(). Bounds: kMaxRequests of which kernel's own limit for asynchronous ones is
// kMaxBackground; kMemory of which half is its share (data_memory.h). Beyond these nothing is read, and waits in the
// kernel.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "agent/attach/fuse_link.h"
#include "agent/attach/fuse_request.h"
#include "agent/block/device.h"
#include "agent/scsi/flush_news.h"
#include "shared/net/timer.h"

struct fuse_conn_info;
struct fuse_file_info;
struct stat;

namespace attach {

class FuseFileObserver {
 public:
  virtual void onFileEnded(const std::string& why) = 0;

 protected:
  ~FuseFileObserver() = default;
};

class FuseFile final : private FuseLinkOwner, private FuseRequestOwner {
 public:
  static constexpr std::string_view kName = "disk";
  static constexpr unsigned kMaxRequests = 128;
  static constexpr unsigned kMaxBackground = 64;
  static constexpr std::size_t kMemory = std::size_t{256} << 20;  // bytes

  // `news`: of all flushes of the device.
  FuseFile(net::Loop& loop, block::Device& device, scsi::FlushNews& news, FuseFileObserver& observer);
  ~FuseFile();
  FuseFile(const FuseFile&) = delete;
  FuseFile& operator=(const FuseFile&) = delete;

  // Takes the descriptor over, also where it fails. `writtenLater`: a device that can only be read may come to be
  // written, so whoever opens the file to write is let in, and each write is judged by itself.
  base::Status open(int fd, bool writtenLater = false);
  // The device has another size: the kernel asks for it anew.
  void sizeChanged();
  // `done` is called once, from the loop: how the flush ended.
  void stop(std::function<void(scsi::IoResult flushed)> done);
  // Before the device is destroyed while requests are open.
  void abandon();

  [[nodiscard]] std::size_t open() const { return open_; }  // requests

 private:
  enum class State : std::uint8_t { Serving, Draining, Flushing, Flushed, Stopped };
  struct Operations;

  // libfuse's operations.
  void init(fuse_conn_info& connection);
  void lookup(struct fuse_req* handle, std::uint64_t parent, std::string_view name);
  void getattr(struct fuse_req* handle, std::uint64_t inode);
  void readdir(struct fuse_req* handle, std::uint64_t inode, std::size_t size, std::uint64_t from);
  void statfs(struct fuse_req* handle);
  void openFile(struct fuse_req* handle, std::uint64_t inode, fuse_file_info& file);
  void read(struct fuse_req* handle, std::size_t size, std::uint64_t offset);
  void write(struct fuse_req* handle, const char* bytes, std::size_t size, std::uint64_t offset, int flags);
  void allocate(struct fuse_req* handle, int mode, std::uint64_t offset, std::uint64_t length);
  void flush(struct fuse_req* handle, bool asks);

  bool onLinkTakes() override { return hungry_ == nullptr && open_ < kMaxRequests; }
  void onLinkTurnEnd() override;
  void onLinkEnded(const std::string& why) override;
  void requestDone(FuseRequest& request, scsi::IoResult result) override;

  [[nodiscard]] bool serves(struct fuse_req* handle);
  [[nodiscard]] struct stat attributes(std::uint64_t inode) const;
  FuseRequest& begin(struct fuse_req* handle, scsi::IoKind kind, std::uint64_t lba, std::uint64_t blocks);
  void feed(FuseRequest& request);
  void submit(FuseRequest& request);
  void answer(FuseRequest& request, scsi::IoResult result);
  void proceed();

  net::Loop& loop_;
  block::Device& device_;
  scsi::FlushNews& news_;
  scsi::FlushNews::Way flushes_;
  FuseFileObserver& observer_;
  block::DataMemory memory_{kMemory};
  block::DataShare share_;
  std::vector<std::unique_ptr<FuseRequest>> requests_;
  std::vector<FuseRequest*> idle_;
  FuseRequest* hungry_ = nullptr;  // a read that waits for memory
  std::size_t open_ = 0;
  bool asked_ = false;  // the kernel knows the attributes
  bool writtenLater_ = false;
  State state_ = State::Serving;
  net::Timer end_;     // what is not done inside of the calls of others
  FuseRequest flush_;  // the file's own
  scsi::IoResult result_ = scsi::IoResult::Ok;
  std::function<void(scsi::IoResult)> done_;
  FuseLink link_;
};

}  // namespace attach
