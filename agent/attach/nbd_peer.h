// NbdPeer: the socket of one client of an export: moves bytes between it and a session.
//
// Payloads go from the socket into the memory of their request, and from there to the socket; what was read ahead of
// them, at most kReadAhead bytes, is copied. Answers of a turn leave at its end in one call. What the session does not
// take waits here (kReadAhead bytes) and in the kernel. A client that does not finish the handshake within kHandshake
// is parted with; later silence is its right, as is reading slowly: it keeps its own requests waiting, and its memory.
//
// One thread, the loop's. The owner is borrowed; it does not destroy a peer inside of its calls, and not before
// ended(). A peer whose connection has gone lives on until the device has ended its requests.
#pragma once

#include <chrono>
#include <string>

#include "agent/attach/nbd_session.h"
#include "shared/net/loop.h"
#include "shared/net/timer.h"
#include "shared/net/unix_listener.h"

namespace attach {

class NbdPeer;

class NbdPeerOwner {
 public:
  virtual void onPeerReady(NbdPeer& peer) = 0;  // the handshake is done
  virtual void onPeerNews() = 0;                // a request has ended, or memory came back
  virtual void onPeerEnded(NbdPeer& peer) = 0;  // once
  // No request is to be taken from anybody now; wake() comes when it is over.
  virtual bool holdsBack() = 0;

 protected:
  ~NbdPeerOwner() = default;
};

class NbdPeer final : private net::Handler, private NbdSessionOwner {
 public:
  static constexpr std::chrono::seconds kHandshake{10};
  static constexpr std::size_t kReadAhead = 16 * 1024;
  static constexpr int kReadsATurn = 16;

  NbdPeer(net::Loop& loop, std::uint64_t id, const net::UnixPeer& who, NbdOffer offer, scsi::BlockDevice& device,
          block::DataMemory& memory, scsi::FlushNews& news, NbdPeerOwner& owner);
  ~NbdPeer() = default;

  base::Status accept(net::UniqueFd fd);
  // No request is taken any more; those on their way are answered, then it ends.
  void stop();
  // Closes now; it ends when the device has ended what is open.
  void close(std::string why);
  // Memory may have come back, or nobody holds back any more.
  void wake();

  [[nodiscard]] std::uint64_t id() const { return id_; }
  [[nodiscard]] const net::UnixPeer& who() const { return who_; }
  [[nodiscard]] const NbdOffer& offer() const { return session_.offer(); }
  [[nodiscard]] std::size_t open() const { return session_.open(); }
  [[nodiscard]] bool hungry() const { return session_.waitsForMemory(); }
  // Its client has gone, and the device has requests of it.
  [[nodiscard]] bool leftRequests() const { return session_.inputEnded() && session_.open() > 0; }
  [[nodiscard]] bool ready() const { return ready_; }
  [[nodiscard]] bool ended() const { return ended_; }
  // With ended(): whether the client broke the rules, and why it is gone.
  [[nodiscard]] bool atFault() const { return atFault_; }
  [[nodiscard]] const std::string& why() const { return why_; }

 private:
  void onEvents(std::uint32_t events) override;
  void onTurnEnd() override;
  void onSessionNews() override;
  void onMemoryBack() override { owner_.onPeerNews(); }

  [[nodiscard]] bool takes() { return !owner_.holdsBack() && session_.takes(); }
  void read();
  void took(std::size_t placed, base::ByteView ahead);
  void feed();
  void flush();
  void settle();
  void end();

  net::Loop& loop_;
  const std::uint64_t id_;
  const net::UnixPeer who_;
  NbdPeerOwner& owner_;
  net::Timer limit_;
  net::UniqueFd fd_;
  net::Watch watch_;
  base::Bytes kept_;  // received, and not taken by the session
  bool blocked_ = false;
  bool ready_ = false;
  bool ended_ = false;
  bool atFault_ = false;
  std::string why_;
  NbdSession session_;
};

}  // namespace attach
