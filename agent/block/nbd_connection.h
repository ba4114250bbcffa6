// NbdConnection: one connection to an NBD server, from the name of its host to the bytes of its commands.
//
// connect() looks the host up, tries its addresses in turn and shakes hands; then the transmission is the owner's to
// use, and this moves its bytes: from the socket right into the memory of requests, and out of it. Behind a long
// payload little is read ahead, behind short ones a full buffer: what is read ahead of its place is copied.
//
// One thread, the loop's. The owner is borrowed; it is never called inside a call to this, may call everything from its
// callbacks, and may destroy this there. A connection that ended can connect again. Silence is not held against a
// server, since a flush may take long; that its host is there is asked for by TCP keep-alive, which gives up after 25
// s. Bounds: kReadsATurn reads a turn; nothing is queued here but a handshake's few bytes.
#pragma once

#include <sys/socket.h>

#include <optional>
#include <string>
#include <vector>

#include "agent/block/nbd_handshake.h"
#include "agent/block/nbd_transmission.h"
#include "agent/block/nbd_url.h"
#include "shared/net/connect_in_turn.h"
#include "shared/net/resolver.h"
#include "shared/net/timer.h"
#include "shared/net/unique_fd.h"

namespace block {

class NbdConnectionOwner {
 public:
  virtual void onNbdReady(const NbdExport& exported) = 0;
  // Not connected, or not any more. What the transmission has open is the owner's to take.
  virtual void onNbdLost(const std::string& why) = 0;

 protected:
  ~NbdConnectionOwner() = default;
};

class NbdConnection final : private net::Handler {
 public:
  static constexpr int kReadsATurn = 32;
  static constexpr std::size_t kViews = 256;  // of one read or write

  // `limit` is for each address, and for the handshake; `depth` for the transmission.
  NbdConnection(net::Loop& loop, NbdTarget target, base::Duration limit, unsigned depth);
  ~NbdConnection() { close(); }
  NbdConnection(const NbdConnection&) = delete;
  NbdConnection& operator=(const NbdConnection&) = delete;

  // Before anything else; and from a callback, which then goes on with the new one.
  void setOwner(NbdConnectionOwner& owner) { owner_ = &owner; }

  // onNbdReady() or onNbdLost() follows, later. Not while it is connected or connecting.
  void connect();
  // Commands were started: they are sent at the end of this turn.
  void outputReady();
  // At once, with NBD_CMD_DISC where that can still be said, and without a callback.
  void close();

  [[nodiscard]] bool ready() const { return state_ == State::Ready; }
  [[nodiscard]] NbdTransmission& transmission() { return transmission_; }
  [[nodiscard]] const NbdTarget& target() const { return target_; }

 private:
  enum class State : std::uint8_t { Idle, Connecting, Handshake, Ready };

  void onEvents(std::uint32_t events) override;
  void onTurnEnd() override { flush(); }
  void onLimit();
  void useLocal();
  void found(base::Result<std::vector<net::Address>> addresses);
  bool tryNext();
  void failLater(std::string why);
  void finishConnect();
  void readHandshake();
  void read();
  void flush();
  bool flushHandshake();
  void setInterest();
  void closeSocket();
  void lost(const std::string& why);

  net::Loop& loop_;
  const NbdTarget target_;
  const base::Duration limit_;
  NbdConnectionOwner* owner_ = nullptr;
  net::Resolver resolver_;
  net::Timer timer_;
  net::ConnectInTurn connecting_;
  std::string failure_;  // to be told by the timer
  net::UniqueFd fd_;
  net::Watch watch_;
  State state_ = State::Idle;
  bool blocked_ = false;       // the kernel takes no more: wait until it has room
  std::size_t readAhead_ = 0;  // bytes
  std::optional<NbdHandshake> handshake_;
  base::Bytes handshakeOutput_;
  NbdTransmission transmission_;
};

}  // namespace block
