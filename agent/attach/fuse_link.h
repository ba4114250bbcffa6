// FuseLink: a descriptor of /dev/fuse with libfuse's session on it: the kernel's messages in, by the loop.
//
// The descriptor has been opened, and a file system mounted on it, by somebody who may. libfuse reads nothing itself: a
// message is read into memory of `memory` such that the payload of a write begins at a page, and is handed to libfuse,
// which calls the operations; what they keep beyond their call they take by keep(). Answers leave at once, by libfuse.
// What is not read waits in the kernel, which limits it (max_background) or lets the callers wait.
//
// One thread, the loop's; open() tells the kernel, where it may (CAP_SYS_RESOURCE), that others' writing waits for it
// (PR_SET_IO_FLUSHER). Owner and memory are borrowed. When the kernel has taken the file system away the link ends
// (onLinkEnded, from the loop); operations that are still open are answered into the void.
#pragma once

#include <memory>
#include <string>

#include "agent/block/data_memory.h"
#include "shared/base/result.h"
#include "shared/net/loop.h"

struct fuse_session;
struct fuse_lowlevel_ops;

namespace attach {

class FuseLinkOwner {
 public:
  // Whether another message would be used now. Where not: resume() later.
  virtual bool onLinkTakes() = 0;
  virtual void onLinkTurnEnd() = 0;  // after resume()
  virtual void onLinkEnded(const std::string& why) = 0;

 protected:
  ~FuseLinkOwner() = default;
};

class FuseLink final : private net::Handler {
 public:
  static constexpr std::size_t kMaxPayload = std::size_t{1} << 20;  // bytes of a read or write
  static constexpr int kMessagesATurn = 32;

  FuseLink(net::Loop& loop, block::DataMemory& memory, block::DataShare& share, FuseLinkOwner& owner);
  ~FuseLink();
  FuseLink(const FuseLink&) = delete;
  FuseLink& operator=(const FuseLink&) = delete;

  // Takes the descriptor over, also where it fails. `operations` get `user` from libfuse, and live as long as the link.
  base::Status open(int fd, const fuse_lowlevel_ops& operations, void* user);
  // The owner takes messages again, or has something to do at the end of this turn.
  void resume();
  // Inside of an operation: the block in which its message lies is the caller's now, to be given back to `memory`.
  std::span<std::uint8_t> keep();

  [[nodiscard]] struct fuse_session* session() const { return session_.get(); }
  [[nodiscard]] bool ended() const { return ended_; }

 private:
  struct Destroy {
    void operator()(struct fuse_session* session) const;
  };

  void onEvents(std::uint32_t events) override;
  void onTurnEnd() override;
  bool ready();
  bool receive();
  void end(int error);

  net::Loop& loop_;
  block::DataMemory& memory_;
  block::DataShare& share_;
  FuseLinkOwner& owner_;
  std::unique_ptr<struct fuse_session, Destroy> session_;  // has the descriptor
  int fd_ = -1;
  net::Watch watch_;
  std::span<std::uint8_t> place_;  // for the next message, or empty
  int error_ = 0;                  // why reading failed; an errno
  bool ended_ = false;
};

}  // namespace attach
