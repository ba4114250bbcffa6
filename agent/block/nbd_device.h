// NbdDevice: blocks of an export of an NBD server, over TCP or a unix socket.
//
// What it promises as a disk stands in nbd_layout.h. FUA is NBD_CMD_FLAG_FUA, or a write and then a flush where the
// server has no such flag. One flush runs at a time, and those that come meanwhile share the next.
//
// A lost connection is made again, with pauses that grow, and what was open is sent again from its first byte: commands
// of NBD may be repeated. Requests wait for that up to `patience`; then all end with Gone, at once, until the server is
// back. A request with which the connection is lost kMaxRewinds times ends with MediumError: it may be what breaks the
// server. When the export that comes back is smaller, has other blocks, or has now a volatile cache where there was
// none, the device is Gone for good, and description() says why. When it is larger, refresh() takes the size over;
// while a connection lasts NBD tells of no other size.
//
// A connection that goes may mean that the server has, and with it what was in its cache: writes that were answered and
// not yet flushed. NBD does not tell whether that is so. Therefore the first flush after it, and all that wait with it,
// end with MediumError where there were such writes: nobody is told that they are durable, and whoever flushes knows
// that it has to look or write again. Later flushes are good again. A unit of several initiators tells each of them
// (scsi::Disk), and so does an export of several clients (attach::NbdSession); with writeThrough nothing is ever lost
// so, at the price of a forced write each time.
//
// Not prevented, since NBD has no means: a server that was cut off and still works on an old connection may carry out
// an old write after a newer one of the new connection. Therefore changes that were open are repeated times.hold after
// the loss at the earliest, and what the kernel had not sent goes with the connection (shared/net/unsent.h): by then
// the server has executed or lost what it had got, unless it stood still. Over a unix socket what it has not read
// stays.
//
// One thread, the loop's. Device says how it is destroyed; what is open then ends with Gone, done or not. Bound:
// `depth` requests are with the server at a time, the rest wait in order in lists through the requests themselves.
#pragma once

#include <memory>
#include <vector>

#include "agent/block/device.h"
#include "agent/block/nbd_connection.h"
#include "agent/block/nbd_layout.h"
#include "agent/block/nbd_transfer.h"
#include "agent/block/reach.h"

namespace block {

struct NbdTimes {
  base::Duration firstPause = std::chrono::milliseconds(250);  // between attempts to connect; doubles
  base::Duration longestPause = std::chrono::seconds(5);
  base::Duration hold = std::chrono::seconds(1);  // from a loss on, where a change was open; as of RemoteLunFence
  // Less than the 30 s after which Linux gives up on a SCSI command: its initiators hear an error, not silence.
  base::Duration patience = std::chrono::seconds(25);
  base::Duration connectLimit = std::chrono::seconds(10);  // of an address, and of the handshake
};

struct NbdOptions {
  std::uint32_t blockSize = 0;  // bytes; refused where the export has others. 0: what it has
  bool readOnly = false;
  bool writeThrough = false;  // every write is durable when it is done
  unsigned depth = 64;        // 1 to 1024
  NbdTimes times;
};

class NbdDevice final : public Device, private NbdConnectionOwner, private NbdTransferOwner {
 public:
  static constexpr unsigned kMaxRewinds = 8;

  // The connection is ready, of depth options.depth + 1 (a flush has its own place), and gave `exported`, whose
  // geometry for these options is `geometry`. It gets this as its owner. The loop lives longer.
  NbdDevice(net::Loop& loop, const NbdOptions& options, std::unique_ptr<NbdConnection> connection,
            const NbdExport& exported, const scsi::Geometry& geometry);
  ~NbdDevice() override;

  [[nodiscard]] scsi::Geometry geometry() const override { return geometry_; }
  void submit(scsi::BlockRequest& request) override;
  [[nodiscard]] std::string description() const override;
  base::Status resize(std::uint64_t blocks, Shrink shrink) override;
  base::Result<bool> refresh() override;
  void setReachAttention(std::function<void(const std::string&)> attention) override {
    reach_.hear(std::move(attention));
  }

 private:
  enum class State : std::uint8_t {
    Online,        // connected
    Stopping,      // connected, and the server is being shut down: nothing is begun any more
    Reconnecting,  // requests wait
    Away,          // reconnecting for longer than requests wait
    Lost,          // for good
    Closing,       // inside the destructor
  };

  // The end of a Flush, and of the writes that it was to make durable.
  class FlushCommand final : public NbdCommand {
   public:
    explicit FlushCommand(NbdDevice& device) : device_(device) { command = nbd::Command::Flush; }
    void ended(nbd::Error error) override { device_.flushEnded(error); }

   private:
    NbdDevice& device_;
  };

  void onNbdReady(const NbdExport& exported) override;
  void onNbdLost(const std::string& why) override;
  void commandEnded(NbdTransfer& transfer, nbd::Error error) override;

  void begin(scsi::BlockRequest& request);
  void startStep(NbdTransfer& transfer);
  void finish(NbdTransfer& transfer, scsi::IoResult result);
  void beginWaiting();
  void startFlush();
  void flushEnded(nbd::Error error);
  void answerFlushes(scsi::IoResult result);
  void putBackFlushes();

  [[nodiscard]] std::string whyOther(const base::Result<scsi::Geometry>& geometry) const;
  void serverStops();
  void stopWhenIdle();
  void disconnected(const std::string& why);
  bool takeBack();
  void tryLater(bool doubted);
  void tryAgain();
  void losePatience();
  void condemn(std::string why);
  void endAll();

  net::Loop& loop_;
  const NbdOptions options_;
  scsi::Geometry geometry_;
  std::uint64_t blocksNow_;  // as the last connection told; refresh() takes them over
  NbdExport export_;
  Reach reach_;
  State state_ = State::Online;
  std::string why_;  // of not being Online
  std::unique_ptr<NbdConnection> connection_;

  net::Timer retry_;
  net::Timer patience_;
  base::Duration pause_;

  std::vector<std::unique_ptr<NbdTransfer>> transfers_;
  IntrusiveQueue<NbdCommand> idle_;             // transfers that carry no request
  IntrusiveQueue<NbdCommand> again_;            // transfers to be sent anew
  IntrusiveQueue<scsi::BlockRequest> waiting_;  // not begun

  FlushCommand flush_;
  bool flushing_ = false;
  unsigned flushRewinds_ = 0;
  IntrusiveQueue<scsi::BlockRequest> flushes_, flushesNow_;  // the second of each pair is what the running one is for
  IntrusiveQueue<NbdCommand> forced_, forcedNow_;            // written, to be flushed

  // Writes that were answered and may be in the server's cache: since the running flush began, and before it.
  bool unflushed_ = false;
  bool unflushedBefore_ = false;
  bool cacheLost_ = false;  // such writes were there when a connection was lost, and no flush has said so yet
};

}  // namespace block
