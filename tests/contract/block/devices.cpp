#include "tests/contract/block/devices.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <filesystem>

#include "agent/block/engine_choice.h"
#include "agent/block/open_device.h"
#include "shared/net/os_error.h"
#include "shared/net/unique_fd.h"
#include "tests/contract/block/nbd_devices.h"
#include "tests/fault/device/fault_device.h"
#include "tests/support/loop_server.h"
#include "tests/support/scratch_folder.h"

namespace contract {
namespace {

using block::EngineChoice;

constexpr auto kALittle = std::chrono::milliseconds(1);

// What all have: a loop, an engine, and a store's word.
class SpecRig : public Rig {
 public:
  SpecRig(std::string spec, EngineChoice choice) : spec_(std::move(spec)) {
    auto engine = block::makeEngine(loop_, {choice, 32, 4});
    if (engine) {
      engine_ = std::move(engine).value();
    } else {
      missing_ = engine.error().text;
    }
  }
  [[nodiscard]] std::string missing() const override { return missing_; }
  scsi::BlockDevice* open(const OpenAs& as) override {
    close();
    block::FileOptions options;
    options.depth = 16;
    auto device = block::openDevice(spec_ + (as.readOnly ? ",readonly" : ""), *engine_, options);
    if (!device) {
      ADD_FAILURE() << device.error().text;
      return nullptr;
    }
    device_ = std::move(device).value();
    return device_.get();
  }
  void close() override { device_.reset(); }
  block::Device* administered() override { return device_.get(); }
  void turn() override { loop_.runTurn(kALittle); }

 protected:
  std::string spec_;
  std::string missing_;
  net::Loop loop_;
  std::unique_ptr<block::Engine> engine_;
  std::unique_ptr<block::Device> device_;
};

std::string sizeWord() { return std::to_string(kDeviceSize); }

std::unique_ptr<Rig> memoryRig(std::uint32_t blockSize) {
  auto rig =
      std::make_unique<SpecRig>("memory:" + sizeWord() + ",block=" + std::to_string(blockSize), EngineChoice::Pool);
  rig->keepsContent = false;
  return rig;
}

std::unique_ptr<Rig> nullRig() {
  auto rig = std::make_unique<SpecRig>("null:" + sizeWord(), EngineChoice::Pool);
  rig->keepsData = rig->keepsContent = rig->tellsHoles = false;
  return rig;
}

// A logical unit of this project's own target on the same loop, in memory there.
class RemoteRig final : public SpecRig {
 public:
  explicit RemoteRig(std::uint32_t blockSize)
      : SpecRig({}, EngineChoice::Pool),
        server_(loop_,
                {support::LoopServer::unit("disk", "memory:" + sizeWord() + ",block=" + std::to_string(blockSize), 1)}),
        opener_(loop_, *engine_, "iqn.2026-01.org.example:gateway") {
    spec_ = server_.url(0);
    resizable = tellsHoles = false;
  }
  ~RemoteRig() override { close(); }
  scsi::BlockDevice* open(const OpenAs& as) override {
    close();
    const std::string store = spec_ + (as.readOnly ? ",readonly" : "");
    const auto deadline = base::MonotonicClock::now() + std::chrono::minutes(1);
    auto device = opener_.open(store);
    for (; !device && base::MonotonicClock::now() < deadline; device = opener_.open(store)) turn();
    if (!device) {
      ADD_FAILURE() << device.error().text;
      return nullptr;
    }
    device_ = std::move(device).value();
    return device_.get();
  }

 private:
  support::LoopServer server_;
  block::DeviceOpener opener_;
};

// A sparse file; in memory, or on the disk of temporary files for direct access.
class FileRig final : public SpecRig {
 public:
  FileRig(EngineChoice choice, std::uint32_t blockSize, const std::string& words, bool onDisk)
      : SpecRig({}, choice),
        folder_(onDisk ? std::make_unique<support::ScratchFolder>(std::filesystem::temp_directory_path())
                       : std::make_unique<support::ScratchFolder>()) {
    const std::string path = folder_->file("blocks.img");
    net::UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    EXPECT_EQ(::ftruncate(file.get(), static_cast<off_t>(kDeviceSize)), 0);
    spec_ = "file:" + path + ",block=" + std::to_string(blockSize) + words;
    tellsHoles = words.find("thick") == std::string::npos;
    if (onDisk && missing_.empty()) tryDirect();
  }

 private:
  // Some file systems have no direct access, or not with such blocks: nothing of ours to test there.
  void tryDirect() {
    auto device = block::openDevice(spec_, *engine_);
    if (!device) missing_ = device.error().text;
  }
  std::unique_ptr<support::ScratchFolder> folder_;
};

// A loop device on a file. Wants root, and /dev/loop-control.
class LoopRig final : public SpecRig {
 public:
  LoopRig(EngineChoice choice, std::uint32_t blockSize, const std::string& words)
      : SpecRig({}, choice), folder_(std::filesystem::temp_directory_path()) {
    resizable = tellsHoles = false;
    if (missing_.empty()) attach(blockSize, words);
  }
  ~LoopRig() override { close(); }

 private:
  void attach(std::uint32_t blockSize, const std::string& words) {
    const std::string path = folder_.file("disk.img");
    net::UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    EXPECT_EQ(::ftruncate(file.get(), static_cast<off_t>(kDeviceSize)), 0);
    const net::UniqueFd control(::open("/dev/loop-control", O_RDWR | O_CLOEXEC));
    if (!control) return miss("cannot open /dev/loop-control");
    // Another process may take the free one before us.
    for (int tries = 0; tries < 10; ++tries) {
      const int number = ::ioctl(control.get(), LOOP_CTL_GET_FREE);
      if (number < 0) return miss("there is no free loop device");
      const std::string device = "/dev/loop" + std::to_string(number);
      loopFd_.reset(::open(device.c_str(), O_RDWR | O_CLOEXEC));
      if (!loopFd_) return miss("cannot open " + device);
      loop_config config{};
      config.fd = static_cast<std::uint32_t>(file.get());
      config.block_size = blockSize;
      config.info.lo_flags = LO_FLAGS_AUTOCLEAR;
      if (::ioctl(loopFd_.get(), LOOP_CONFIGURE, &config) == 0) {
        spec_ = device + words;
        return;
      }
    }
    miss("cannot set up a loop device");
  }

  void miss(const std::string& what) { missing_ = what + ": " + net::osErrorText(errno); }
  support::ScratchFolder folder_;
  net::UniqueFd loopFd_;  // the loop device goes when the last descriptor does
};

// A memory device whose requests, or their results, go on shuffled: what a device may do with order at the worst.
class ShuffledRig final : public Rig {
 public:
  explicit ShuffledRig(fault::Hold hold) : hold_(hold), inner_(memoryRig(512)) {
    keepsContent = false;
    resizable = false;
  }
  scsi::BlockDevice* open(const OpenAs& as) override {
    close();
    scsi::BlockDevice* inner = inner_->open(as);
    if (inner == nullptr) return nullptr;
    device_ = std::make_unique<fault::FaultDevice>(*inner);
    device_->hold(hold_);
    return device_.get();
  }
  void close() override {
    device_.reset();
    inner_->close();
  }
  block::Device* administered() override { return nullptr; }
  void turn() override { device_->release(fault::Order::Shuffled, ++seed_); }

 private:
  fault::Hold hold_;
  std::unique_ptr<Rig> inner_;
  std::unique_ptr<fault::FaultDevice> device_;
  std::uint32_t seed_ = 0;
};

}  // namespace

std::vector<DeviceKind> deviceKinds() {
  std::vector<DeviceKind> kinds = {
      {"Memory512", 512, [] { return memoryRig(512); }},
      {"Memory4096", 4096, [] { return memoryRig(4096); }},
      {"Null512", 512, [] { return nullRig(); }},
      {"RemoteLun512", 512, [] { return std::make_unique<RemoteRig>(512); }},
      {"RemoteLun4096", 4096, [] { return std::make_unique<RemoteRig>(4096); }},
      {"ShuffledRequests", 512, [] { return std::make_unique<ShuffledRig>(fault::Hold::Requests); }},
      {"ShuffledResults", 512, [] { return std::make_unique<ShuffledRig>(fault::Hold::Results); }},
  };
  for (const EngineChoice choice : {EngineChoice::Uring, EngineChoice::Pool}) {
    const std::string engine = choice == EngineChoice::Uring ? "Uring" : "Pool";
    const auto file = [&](const char* name, std::uint32_t blockSize, const char* words, bool onDisk) {
      kinds.push_back(
          {name + engine, blockSize, [=] { return std::make_unique<FileRig>(choice, blockSize, words, onDisk); }});
    };
    const auto loop = [&](const char* name, std::uint32_t blockSize, const char* words) {
      kinds.push_back({name + engine, blockSize, [=] { return std::make_unique<LoopRig>(choice, blockSize, words); }});
    };
    file("File512", 512, "", false);
    file("File4096", 4096, "", false);
    file("ThickFile512", 512, ",thick", false);
    file("WriteThroughFile512", 512, ",writethrough", false);
    file("DiskFile512", 512, "", true);
    file("DirectFile512", 512, ",direct", true);
    file("DirectFile4096", 4096, ",direct", true);
    loop("BlockDevice512", 512, "");
    loop("BlockDevice4096", 4096, "");
    loop("BufferedBlockDevice512", 512, ",buffered");
  }
  for (DeviceKind& kind : nbdKinds()) kinds.push_back(std::move(kind));
  return kinds;
}

}  // namespace contract
