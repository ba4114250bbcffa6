// NbdServer: a block device as an NBD export on a unix socket, for any number of clients up to a bound.
//
// Whoever may open the socket may do everything with the device: the file has mode 0600. The name of the export is
// empty. A client sees the size that the device has when it connects: one block is read first, because a unit behind a
// network tells of another size only when it is asked something. Where that takes longer than kLook, the size that is
// known has to do.
//
// What a client that has gone left with the device may be carried out late, as where the device waits for its target.
// Its successor, or the same client over another connection, would be answered meanwhile, and the old write would come
// over the new one. So nothing is taken from anybody until that has ended; it ends as soon as the device's patience.
//
// stop() ends it without losing anything that was answered: no new clients and requests, those on their way are
// answered, then a flush of the device, then the connections close; a client that does not read its answers is waited
// for kFarewell. How long requests and flush may take is the device's to say.
//
// One thread, the loop's. Device, news and observer are borrowed. Where requests are open the device is destroyed
// before the server, and after abandon(), so that these end. Bounds: kMaxClients, beyond which a connection is closed
// at once; kMemory for payloads of all, of which each has its share (data_memory.h); those of NbdSession.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agent/attach/nbd_peer.h"
#include "agent/block/device.h"

namespace attach {

class NbdServerObserver {
 public:
  virtual void onClientCame(const NbdPeer& client) = 0;
  // Of one that came; or, with client.atFault(), of one that did not get so far.
  virtual void onClientLeft(const NbdPeer& client) = 0;
  virtual void onClientRefused(const net::UnixPeer& who, const std::string& why) = 0;

 protected:
  ~NbdServerObserver() = default;
};

class NbdServer final : private net::UnixListenerOwner, private NbdPeerOwner {
 public:
  static constexpr std::size_t kMaxClients = 64;
  static constexpr std::size_t kMemory = std::size_t{256} << 20;  // bytes
  static constexpr mode_t kMode = 0600;
  static constexpr std::chrono::seconds kFarewell{5};
  static constexpr std::chrono::seconds kLook{2};

  // `description` is told to clients that ask for one. `news`: of all flushes of the device.
  NbdServer(net::Loop& loop, block::Device& device, scsi::FlushNews& news, std::string description,
            NbdServerObserver& observer);
  ~NbdServer();
  NbdServer(const NbdServer&) = delete;
  NbdServer& operator=(const NbdServer&) = delete;

  base::Status listen(const std::string& path);
  // `done` is called once, from the loop: how the flush ended.
  void stop(std::function<void(scsi::IoResult flushed)> done);
  // Before the device is destroyed while requests are open: takes no clients any more.
  void abandon();

  [[nodiscard]] std::size_t clients() const { return peers_.size() + arrivals_.size(); }

 private:
  enum class State : std::uint8_t { Serving, Draining, Flushing, Leaving, Stopped };

  // A request of the server itself.
  class Own final : public scsi::BlockRequest {
   public:
    Own(NbdServer& server, void (NbdServer::*ended)(scsi::IoResult)) : server_(server), ended_(ended) {}
    void done(scsi::IoResult result) override { (server_.*ended_)(result); }

   private:
    NbdServer& server_;
    void (NbdServer::*ended_)(scsi::IoResult);
  };
  struct Arrival {
    net::UniqueFd fd;
    net::UnixPeer who;
    bool looked = false;  // the read began after it had come
  };

  void onUnixAccepted(net::UnixListener& listener, net::UniqueFd fd) override;
  void onPeerReady(NbdPeer& peer) override { observer_.onClientCame(peer); }
  void onPeerNews() override;
  void onPeerEnded(NbdPeer& peer) override;
  bool holdsBack() override;

  void look();
  void looked(scsi::IoResult result);
  void admit(bool all);
  void admit(Arrival arrival);
  void work();
  void proceed();
  void flushed(scsi::IoResult result);

  net::Loop& loop_;
  block::Device& device_;
  scsi::FlushNews& news_;
  const std::string description_;
  NbdServerObserver& observer_;
  block::DataMemory memory_{kMemory};
  net::UnixListener listener_;
  net::Timer work_;      // what is not done inside of the calls of others
  net::Timer farewell_;
  std::map<std::uint64_t, std::unique_ptr<NbdPeer>> peers_;
  std::uint64_t lastId_ = 0;
  bool heldBack_ = false;          // somebody was, and has not been woken
  std::vector<Arrival> arrivals_;  // not yet peers; they count as such
  bool looking_ = false;
  Own look_;
  net::Timer lookLimit_;
  std::span<std::uint8_t> block_;  // that it reads; of memory_
  block::DataShare share_;
  State state_ = State::Serving;
  Own flush_;
  scsi::IoResult result_ = scsi::IoResult::Ok;
  std::function<void(scsi::IoResult)> done_;
};

}  // namespace attach
