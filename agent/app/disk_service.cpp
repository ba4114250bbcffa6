#include "agent/app/disk_service.h"

#include <sys/stat.h>

#include <utility>

#include "agent/block/store_spec.h"

namespace agent {

DiskService::DiskService(net::Loop& loop, ops::Log& log, DiskArguments arguments, std::string initiator, Hears hears)
    : loop_(loop),
      log_(log),
      arguments_(std::move(arguments)),
      name_(arguments_.storeName()),
      initiator_(std::move(initiator)),
      hears_(std::move(hears)),
      open_(loop.timers(), [this] { open(); }),
      size_(loop.timers(), [this] { takeSize(); }) {}

DiskService::~DiskService() {
  if (server_ != nullptr) server_->abandon();
  if (file_ != nullptr) file_->abandon();
  if (device_ != nullptr) device_->setReachAttention({});
  device_.reset();
}

base::Status DiskService::start() {
  struct stat facts {};
  if (const auto file = descriptorOf(arguments_.fuse);
      file && (::fstat(*file, &facts) != 0 || !S_ISCHR(facts.st_mode))) {
    return base::fail("--fuse " + arguments_.fuse + " is no open descriptor of /dev/fuse");
  }
  auto engine = block::makeEngine(loop_);
  if (!engine) return base::fail(engine.error());
  engine_ = std::move(*engine);
  stores_ = std::make_unique<block::DeviceOpener>(loop_, *engine_, initiator_);
  stores_->setChanged([this] { open(); });
  open_.startAt(loop_.now());
  return {};
}

void DiskService::open() {
  if (device_ != nullptr) return;
  auto device = stores_->open(arguments_.store);
  if (!device) {
    if (!block::isRemoteStore(arguments_.store)) return hears_.failed(device.error());
    if (device.error().text != std::exchange(waitingFor_, device.error().text)) {
      log_.write<Event::DiskWaiting>(base::now(), {{"store", name_}, {"why", waitingFor_}});
    }
    return;
  }
  device_ = std::move(*device);
  if (auto serving = serve(); !serving) hears_.failed(serving.error());
}

base::Status DiskService::serve() {
  device_->setReachAttention([this](const std::string& lostBecause) { onReach(lostBecause); });
  device_->setSizeAttention([this] { size_.startAt(loop_.now()); });
  bytes_ = bytes();
  attach::NbdServerObserver& self = *this;
  server_ = std::make_unique<attach::NbdServer>(loop_, *device_, name_, self);
  if (auto listening = server_->listen(arguments_.socket); !listening) return listening;
  if (!arguments_.fuse.empty()) {
    if (auto serving = serveFile(); !serving) return serving;
  }
  log_.write<Event::DiskOpened>(base::now(), {{"store", name_},
                                              {"socket", arguments_.socket},
                                              {"bytes", bytes_},
                                              {"device", device_->description()}});
  hears_.ready();
  return {};
}

base::Status DiskService::serveFile() {
  attach::FuseFileObserver& self = *this;
  file_ = std::make_unique<attach::FuseFile>(loop_, *device_, self);
  if (auto opened = file_->open(*descriptorOf(arguments_.fuse)); !opened) return opened;
  log_.write<Event::DiskFileServed>(base::now(), {{"store", name_}, {"descriptor", arguments_.fuse}});
  return {};
}

void DiskService::stop(std::string_view reason) {
  if (server_ == nullptr) return hears_.ended(true);
  log_.write<Event::DiskStopping>(base::now(), {{"reason", reason}, {"clients", server_->clients()}});
  if (file_ == nullptr) return stopExport(scsi::IoResult::Ok);
  file_->stop([this](scsi::IoResult flushed) { stopExport(flushed); });
}

void DiskService::stopExport(scsi::IoResult file) {
  server_->stop([this, file](scsi::IoResult flushed) {
    const bool good = flushed == scsi::IoResult::Ok && file == scsi::IoResult::Ok;
    if (good) {
      log_.write<Event::DiskClosed>(base::now(), {{"store", name_}});
    } else {
      log_.write<Event::DiskNotFlushed>(base::now(), {{"store", name_}});
    }
    hears_.ended(good);
  });
}

std::uint64_t DiskService::bytes() const {
  const scsi::Geometry geometry = device_->geometry();
  return geometry.blocks * geometry.blockSize;
}

void DiskService::takeSize() {
  (void)device_->refresh();
  const std::uint64_t before = std::exchange(bytes_, bytes());
  if (bytes_ == before) return;
  if (file_ != nullptr) file_->sizeChanged();
  log_.write<Event::DiskSizeChanged>(base::now(), {{"store", name_}, {"bytes", bytes_}, {"before", before}});
}

// Inside of calls of the device.
void DiskService::onReach(const std::string& lostBecause) {
  if (!lostBecause.empty()) {
    return log_.write<Event::DiskLost>(base::now(), {{"store", name_}, {"why", lostBecause}});
  }
  log_.write<Event::DiskBack>(base::now(), {{"store", name_}});
  size_.startAt(loop_.now());
}

void DiskService::onClientCame(const attach::NbdPeer& client) {
  takeSize();
  log_.write<Event::DiskClientCame>(base::now(),
                                    {{"client", client.id()}, {"pid", client.who().pid}, {"uid", client.who().uid}});
}

void DiskService::onClientLeft(const attach::NbdPeer& client) {
  if (client.atFault()) {
    return log_.write<Event::DiskClientFault>(
        base::now(), {{"client", client.id()}, {"pid", client.who().pid}, {"why", client.why()}});
  }
  log_.write<Event::DiskClientLeft>(base::now(),
                                    {{"client", client.id()}, {"pid", client.who().pid}, {"why", client.why()}});
}

void DiskService::onClientRefused(const net::UnixPeer& who, const std::string& why) {
  log_.write<Event::DiskClientRefused>(base::now(), {{"pid", who.pid}, {"uid", who.uid}, {"why", why}});
}

void DiskService::onFileEnded(const std::string& why) {
  log_.write<Event::DiskFileEnded>(base::now(), {{"store", name_}, {"why", why}});
}

}  // namespace agent
