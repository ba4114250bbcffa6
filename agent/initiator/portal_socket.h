// PortalSocket: the TCP connection under one connection of an iSCSI session.
//
// It reads right into the buffers of commands where the session wants bytes of a data segment, and what follows into
// memory that all sockets of the thread share; it writes all that the session has to send by few calls at the end of
// the loop's turn. One thread: the loop's. The owner is borrowed and outlives it; it may close or destroy the socket
// from a callback. Bounds: kReadsATurn reads a turn, so that others have theirs; nothing is queued here.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "shared/base/bytes.h"
#include "shared/net/connect_in_turn.h"
#include "shared/net/loop.h"
#include "shared/net/unique_fd.h"

namespace initiator {

// What a socket asks of the session; see the methods of iscsi::InitiatorSession.
class PortalSocketOwner {
 public:
  virtual void onSocketOpen(std::uint16_t cid) = 0;
  // Of itself, never from inside a call to the socket.
  virtual void onSocketLost(std::uint16_t cid, std::string why) = 0;
  [[nodiscard]] virtual std::span<std::uint8_t> wantedBytes(std::uint16_t cid) = 0;
  virtual void onPlaced(std::uint16_t cid, std::size_t size) = 0;
  virtual void onBytes(std::uint16_t cid, base::ByteView bytes) = 0;
  virtual std::size_t gatherOutput(std::uint16_t cid, std::span<base::ByteView> views) = 0;
  virtual void onSent(std::uint16_t cid, std::size_t size) = 0;

 protected:
  ~PortalSocketOwner() = default;
};

class PortalSocket final : private net::Handler {
 public:
  static constexpr int kReadsATurn = 32;
  static constexpr std::size_t kViews = 256;  // of one write

  PortalSocket(net::Loop& loop, PortalSocketOwner& owner, std::uint16_t cid) : loop_(loop), owner_(owner), cid_(cid) {}
  PortalSocket(const PortalSocket&) = delete;
  PortalSocket& operator=(const PortalSocket&) = delete;

  // Tries the addresses in turn; onSocketOpen() or onSocketLost() follows, later. The owner limits the time.
  void connect(const std::vector<net::Address>& addresses);
  // There is output: it is sent at the end of this turn.
  void outputReady();

  // At once, without a callback; with a reset where bytes are left that the target has not got.
  void close();

  [[nodiscard]] bool open() const { return open_; }

 private:
  void onEvents(std::uint32_t events) override;
  void onTurnEnd() override { flush(); }
  bool tryNext();
  void finishConnect();
  void read();
  void flush();
  void lost(std::string why);
  void setInterest();

  net::Loop& loop_;
  PortalSocketOwner& owner_;
  std::uint16_t cid_;
  net::ConnectInTurn connecting_;
  net::UniqueFd fd_;
  net::Watch watch_;
  bool open_ = false;
  bool blocked_ = false;       // the kernel takes no more: wait until it has room
  std::size_t readAhead_ = 0;  // bytes read behind what is wanted
};

}  // namespace initiator
