// An iSCSI session of one connection, from connect() to its logout, that reads and writes as told by a Work.
//
// States go forward only. Whoever drives it watches fd() for what wants() says and calls onEvent(). Every PDU is
// judged: order of StatSN, DataSN, R2TSN and offsets, lengths, residuals, status, and the data itself by the pattern;
// the first that is wrong is a base::Status and ends the run. Error recovery level 0. One thread. RFC 7143 4.2, 11.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tests/bench/iscsi_load/options.h"
#include "tests/bench/iscsi_load/pattern.h"
#include "tests/bench/iscsi_load/wire.h"
#include "tests/bench/iscsi_load/work.h"

namespace bench::iscsi {

class Session final : private Receiver {
 public:
  enum class State { New, Connecting, Security, Operational, Asking, Ready, LoggingOut, Closed };

  // All borrowed; `number` makes its ISID. With `ask`, it asks for the capacity before it is ready.
  Session(const Options& options, Pattern& pattern, Work& work, unsigned number, bool ask);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  base::Status open();
  // `buffer` is scratch memory for what is read.
  base::Status onEvent(std::uint32_t events, std::span<std::uint8_t> buffer, std::uint64_t now);
  // Fills up the open commands from the Work; only when ready.
  base::Status refill(std::uint64_t now);
  base::Status logOut();
  void hangUp() { wire_.close(); }

  [[nodiscard]] int fd() const { return wire_.fd(); }
  // Events of epoll.
  [[nodiscard]] std::uint32_t wants() const;
  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] const Agreed& agreed() const { return agreed_; }
  [[nodiscard]] std::uint64_t capacity() const { return capacity_; }  // bytes
  // It closed the connection without an answer to the logout, as istgt does now and then.
  [[nodiscard]] bool rude() const { return wire_.peerClosed(); }
  [[nodiscard]] std::uint64_t r2ts() const { return r2ts_; }
  [[nodiscard]] std::uint64_t windowClosed() const { return windowClosed_; }

 private:
  enum class Kind : std::uint8_t { Free, Ready, Capacity, Read, Write };
  // A command; its place in slots_ and its generation are its task tag.
  struct Slot {
    Kind kind = Kind::Free;
    std::uint32_t generation = 0;
    std::uint32_t length = 0;
    std::uint32_t moved = 0;   // bytes received, or asked for or sent unasked
    std::uint32_t dataSn = 0;  // Data-In and R2T that came
    std::uint64_t offset = 0;
    std::uint64_t sentAt = 0;
  };

  // session_login.cpp
  base::Status onConnected();
  base::Status sendLogin(std::uint8_t current, std::uint8_t next, bool transit, const std::string& keys);
  base::Status onLogin();
  base::Status enterFullFeature();
  base::Status ask(Kind kind);
  base::Status onAsked(Slot& slot, std::uint8_t status);

  // session.cpp
  base::Status onHeader(const std::uint8_t* header) override;
  base::Status onData(std::span<const std::uint8_t> piece) override;
  std::optional<std::uint32_t> dataDigest() override;
  base::Status onEnd() override;
  base::Status takeNumbers();
  base::Status find(Slot*& slot);
  base::Status onDataIn();
  base::Status onR2t();
  base::Status onResponse();
  base::Status onNopIn();
  base::Status complete(Slot& slot, std::uint8_t status, bool residual);
  base::Status wrong(const std::string& what) const;

  // session_send.cpp
  [[nodiscard]] bool windowOpen();
  void issue(Slot& slot, const Target& target, std::uint64_t now);
  void sendCommand(Slot& slot, std::uint8_t flags, std::span<const std::uint8_t> cdb, std::uint32_t immediate);
  void sendDataOut(const Slot& slot, std::uint32_t transferTag, std::uint32_t from, std::uint32_t to);
  [[nodiscard]] std::uint32_t tagOf(const Slot& slot) const;
  void addPattern(const Header& header, std::uint64_t offset, std::uint32_t size);
  void putNumbers(Header& header, bool withCommandNumber);

  const Options& options_;
  Pattern& pattern_;
  Work& work_;
  unsigned number_;
  bool ask_;
  State state_ = State::New;
  Wire wire_;
  Agreed agreed_;
  std::uint64_t capacity_ = 0;
  std::uint64_t now_ = 0;

  std::uint32_t cmdSn_ = 1;
  std::uint32_t maxCmdSn_ = 0;
  std::uint32_t expStatSn_ = 0;
  std::uint16_t tsih_ = 0;
  unsigned rounds_ = 0;  // of the login, of asking

  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
  Header in_{};  // of the PDU that is coming
  Slot* inSlot_ = nullptr;
  std::uint64_t inAt_ = 0;  // offset in the LUN of its next piece of data
  std::string text_;        // data of PDUs other than reads
  std::string outText_;     // login keys on their way out
  std::uint64_t r2ts_ = 0;
  std::uint64_t windowClosed_ = 0;
};

}  // namespace bench::iscsi
