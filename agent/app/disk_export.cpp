#include "agent/app/disk_export.h"

#include <sys/stat.h>

#include <utility>

#include "agent/block/reach.h"

namespace agent {

DiskExport::DiskExport(net::Loop& loop, ops::Log& log, std::string name, std::unique_ptr<block::Device> device)
    : loop_(loop), log_(log), name_(std::move(name)), device_(std::move(device)), size_(loop.timers(), [this] {
        takeSize();
      }) {
  device_->setReachAttention([this](const std::string& lostBecause) { onReach(lostBecause); });
  device_->setSizeAttention([this] { size_.startAt(loop_.now()); });
  bytes_ = bytes();
  attach::NbdServerObserver& self = *this;
  server_ = std::make_unique<attach::NbdServer>(loop_, *device_, flushes_, name_, self);
}

DiskExport::~DiskExport() {
  server_->abandon();
  if (file_ != nullptr) file_->abandon();
  device_->setReachAttention({});
  device_.reset();
}

base::Status DiskExport::check(std::optional<int> file) {
  struct stat facts {};
  if (!file || (::fstat(*file, &facts) == 0 && S_ISCHR(facts.st_mode))) return {};
  return base::fail("--fuse " + std::to_string(*file) + " is no open descriptor of /dev/fuse");
}

base::Status DiskExport::listen(const std::string& socket, std::optional<int> file, bool writtenLater) {
  if (auto listening = server_->listen(socket); !listening) return listening;
  if (file) {
    attach::FuseFileObserver& self = *this;
    file_ = std::make_unique<attach::FuseFile>(loop_, *device_, flushes_, self);
    if (auto opened = file_->open(*file, writtenLater); !opened) return opened;
    log_.write<Event::DiskFileServed>(base::now(), {{"store", name_}, {"descriptor", *file}});
  }
  log_.write<Event::DiskOpened>(
      base::now(), {{"store", name_}, {"socket", socket}, {"bytes", bytes_}, {"device", device_->description()}});
  return {};
}

void DiskExport::stop(std::string_view reason, std::function<void(bool flushed)> ended) {
  log_.write<Event::DiskStopping>(base::now(), {{"reason", reason}, {"clients", server_->clients()}});
  if (file_ == nullptr) return stopServer(scsi::IoResult::Ok, std::move(ended));
  file_->stop(
      [this, ended = std::move(ended)](scsi::IoResult flushed) mutable { stopServer(flushed, std::move(ended)); });
}

void DiskExport::stopServer(scsi::IoResult file, std::function<void(bool flushed)> ended) {
  server_->stop([this, file, ended = std::move(ended)](scsi::IoResult flushed) {
    const bool good = flushed == scsi::IoResult::Ok && file == scsi::IoResult::Ok;
    if (good) {
      log_.write<Event::DiskClosed>(base::now(), {{"store", name_}});
    } else {
      log_.write<Event::DiskNotFlushed>(base::now(), {{"store", name_}});
    }
    ended(good);
  });
}

std::uint64_t DiskExport::bytes() const {
  const scsi::Geometry geometry = device_->geometry();
  return geometry.blocks * geometry.blockSize;
}

void DiskExport::takeSize() {
  (void)device_->refresh();
  const std::uint64_t before = std::exchange(bytes_, bytes());
  if (bytes_ == before) return;
  if (file_ != nullptr) file_->sizeChanged();
  log_.write<Event::DiskSizeChanged>(base::now(), {{"store", name_}, {"bytes", bytes_}, {"before", before}});
  changed();
}

// Inside of calls of the device.
void DiskExport::onReach(const std::string& lostBecause) {
  changed();
  if (lostBecause.starts_with(block::kRefusedWords)) {
    return log_.write<Event::DiskRefused>(base::now(), {{"store", name_}, {"why", lostBecause}});
  }
  if (!lostBecause.empty()) {
    return log_.write<Event::DiskLost>(base::now(), {{"store", name_}, {"why", lostBecause}});
  }
  log_.write<Event::DiskBack>(base::now(), {{"store", name_}});
  size_.startAt(loop_.now());
}

void DiskExport::onClientCame(const attach::NbdPeer& client) {
  takeSize();
  log_.write<Event::DiskClientCame>(base::now(),
                                    {{"client", client.id()}, {"pid", client.who().pid}, {"uid", client.who().uid}});
  changed();
}

void DiskExport::onClientLeft(const attach::NbdPeer& client) {
  changed();
  if (client.atFault()) {
    return log_.write<Event::DiskClientFault>(
        base::now(), {{"client", client.id()}, {"pid", client.who().pid}, {"why", client.why()}});
  }
  log_.write<Event::DiskClientLeft>(base::now(),
                                    {{"client", client.id()}, {"pid", client.who().pid}, {"why", client.why()}});
}

void DiskExport::onFileEnded(const std::string& why) {
  log_.write<Event::DiskFileEnded>(base::now(), {{"store", name_}, {"why", why}});
}

void DiskExport::onClientRefused(const net::UnixPeer& who, const std::string& why) {
  log_.write<Event::DiskClientRefused>(base::now(), {{"pid", who.pid}, {"uid", who.uid}, {"why", why}});
}

}  // namespace agent
