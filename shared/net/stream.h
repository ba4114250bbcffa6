// Stream: a TCP connection on a loop, accepted or made.
//
// One thread: the loop's. The owner is borrowed and gets all callbacks, from the loop only: no call to a Stream calls
// back. In a callback the owner may do anything with the stream, destroy it included. No callback follows close(),
// destruction or onClosed(); after the last the stream can connect or accept again.
//
// Reading: bytes are read into memory that all streams of the loop share, 64 KiB at a time, once a turn. What the owner
// does not consume is kept and comes again, in front of what follows; so an idle stream holds no receive buffer. Bound:
// maxInput and one read; overflow policy: the stream closes (InputOverflow).
// Writing: sent at once, or (flushAtTurnEnd) gathered and sent by one call at the end of the turn. What the kernel does
// not take is queued. Above highWater the stream is congested() and the owner should stop reading requests; onDrained()
// tells when the queue is down at lowWater. Bound: maxOutput; overflow policy: the stream closes (OutputOverflow).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "shared/base/bytes.h"
#include "shared/base/clock.h"
#include "shared/base/result.h"
#include "shared/net/address.h"
#include "shared/net/loop.h"
#include "shared/net/output_queue.h"
#include "shared/net/unique_fd.h"

namespace net {

class Stream;

enum class CloseReason : std::uint8_t {
  Finished,        // closeAfterFlush() is done: all was sent and the peer has closed too
  PeerLost,        // reset, timed out, unreachable: see error
  ConnectFailed,   // connect() did not succeed: see error
  InputOverflow,   // the peer's message is longer than maxInput
  OutputOverflow,  // the peer does not read: more than maxOutput bytes wait for it
};

struct Closed {
  CloseReason reason;
  int error;  // errno, 0 where there is none
  [[nodiscard]] std::string text() const;
};

class StreamOwner {
 public:
  // Bytes from the peer, oldest first, valid until the call returns; returns how many were used, from the front. What
  // is left must be the beginning of a message that is not complete, unless the owner paused reading; it comes again
  // with more bytes behind it.
  virtual std::size_t onData(Stream& stream, base::ByteView bytes) = 0;
  // The peer will send nothing more (half close); what is written still reaches it. The owner closes when it is done.
  virtual void onEof(Stream& stream) = 0;
  // The stream has closed by itself; its descriptor is gone.
  virtual void onClosed(Stream& stream, const Closed& why) = 0;
  // A connect() succeeded.
  virtual void onConnected(Stream&) {}
  // A congested stream's queue is down to lowWater.
  virtual void onDrained(Stream&) {}

 protected:
  ~StreamOwner() = default;
};

struct StreamOptions {
  std::size_t maxInput = 1024 * 1024;        // bytes
  std::size_t highWater = 256 * 1024;        // bytes
  std::size_t lowWater = 64 * 1024;          // bytes
  std::size_t maxOutput = 16 * 1024 * 1024;  // bytes
  bool flushAtTurnEnd = false;
};

class Stream final : private Handler {
 public:
  Stream(Loop& loop, StreamOwner& owner, const StreamOptions& options = {});
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // Takes over a connected, non-blocking socket, as Listener hands it out. On failure the socket is closed.
  base::Status accept(UniqueFd fd, const Address& peer);
  // Starts to connect, from `local` if given (port 0: any). A failure returned is final; otherwise onConnected() or
  // onClosed() follows. The owner limits the time with a Timer. What is written meanwhile waits.
  base::Status connect(const Address& peer, const std::optional<Address>& local = std::nullopt);

  // Dropped when the stream is not connecting or open: onClosed() has told why or will.
  void write(base::ByteView bytes);
  void write(base::Bytes&& bytes);

  void pauseReading();
  void resumeReading();  // what was left unconsumed comes again in the next turn
  [[nodiscard]] bool readingPaused() const { return paused_; }

  // Closes now; unsent output is lost. No callback.
  void close();
  // Sends what is queued, then says end-of-stream to the peer, and reads and drops what still comes until the peer
  // closes too: so the peer gets the last answers even if it was still sending. Then onClosed(Finished). No onData() or
  // onEof() comes any more. A peer that never closes is the owner's to limit, with a Timer and close().
  void closeAfterFlush();

  // From the next write on.
  void setMaxOutput(std::size_t bytes) { options_.maxOutput = bytes; }

  [[nodiscard]] bool isOpen() const { return state_ == State::Open; }
  [[nodiscard]] const Address& peer() const { return peer_; }
  [[nodiscard]] Address local() const;                                      // asks the kernel
  [[nodiscard]] std::size_t inputBytes() const { return kept_.size(); }     // received, not consumed
  [[nodiscard]] std::size_t outputBytes() const { return output_.size(); }  // written, not sent
  [[nodiscard]] bool congested() const { return congested_; }
  // When bytes last came or left; before that, when the stream was opened.
  [[nodiscard]] base::TimePoint lastActivity() const { return lastActivity_; }

 private:
  enum class State : std::uint8_t {
    Idle,  // not yet opened, or closed
    Connecting,
    Open,
    Flushing,   // closeAfterFlush(): output is left
    Lingering,  // closeAfterFlush(): end-of-stream is said, the peer's is awaited
    Failed,     // found dead inside a call of the owner; the loop will tell
  };

  void onEvents(std::uint32_t events) override;
  void onTurnEnd() override;

  base::Status open(UniqueFd fd, const Address& peer, State state);
  void finishConnect();
  void updateInterest();

  [[nodiscard]] bool wantsInput() const;
  void readOnce(const Watch::Life& life);
  void deliver(base::ByteView received, const Watch::Life& life);
  void deliverKept(const Watch::Life& life);
  void keep(base::ByteView rest);
  void afterData();
  void peerEnded();

  [[nodiscard]] bool writable() const { return state_ == State::Open || state_ == State::Connecting; }
  [[nodiscard]] bool sendsNow() const;
  [[nodiscard]] std::size_t sendNow(base::ByteView bytes);
  [[nodiscard]] bool hasRoomFor(std::size_t size);
  void queued(bool first);
  void flush();
  void endOutput();
  void tellDrained();

  void failLater(CloseReason reason, int error);
  void finish(const Closed& why);

  Loop& loop_;
  StreamOwner& owner_;
  StreamOptions options_;
  UniqueFd fd_;
  Watch watch_;
  Address peer_;
  base::Bytes kept_;    // received, not consumed
  OutputQueue output_;  // written, not taken by the kernel
  base::TimePoint lastActivity_;
  int error_ = 0;  // with State::Failed
  CloseReason failure_ = CloseReason::PeerLost;
  State state_ = State::Idle;
  bool paused_ = false;
  bool redeliver_ = false;  // resumed: give kept_ again before reading on
  bool eof_ = false;        // the peer has said end-of-stream
  bool blocked_ = false;    // the kernel took not all: wait until it has room
  bool congested_ = false;
  bool closing_ = false;  // closeAfterFlush() while connecting
};

}  // namespace net
