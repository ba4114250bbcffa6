#include "tests/contract/block/nbd_devices.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "agent/block/nbd_opening.h"
#include "tests/support/scratch_folder.h"

extern char** environ;

namespace contract {
namespace {

// Ours stands beside this test.
std::string pathOf(const std::string& program) {
  const std::string own = std::filesystem::read_symlink("/proc/self/exe").parent_path().string() + "/";
  for (const std::string& folder : {std::string("/usr/bin/"), std::string("/usr/sbin/"), std::string("/usr/local/bin/"),
                                    own}) {
    if (std::filesystem::exists(folder + program)) return folder + program;
  }
  return {};
}

// A server for as long as the object lives, with its output in a file of the folder.
class Server {
 public:
  Server(std::vector<std::string> words, const std::string& log) {
    // A death test dies without destructors: its server goes with it.
    words.insert(words.begin(), {"/usr/bin/setpriv", "--pdeathsig", "TERM"});
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 2, log.c_str(), O_WRONLY | O_CREAT, 0600);
    // A death test waits until nobody holds its pipe any more.
    posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    EXPECT_EQ(::posix_spawn(&pid_, words[0].c_str(), &actions, nullptr, arguments.data(), environ), 0);
    posix_spawn_file_actions_destroy(&actions);
  }
  ~Server() {
    if (hasEnded()) return;
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] bool hasEnded() {
    if (!ended_) ended_ = ::waitpid(pid_, nullptr, WNOHANG) != 0;
    return ended_;
  }

 private:
  pid_t pid_ = -1;
  bool ended_ = false;
};

class NbdRig final : public Rig, private block::OpeningOwner {
 public:
  // `words` are those of a server that makes IMAGE and SOCKET its own.
  NbdRig(const std::string& program, std::vector<std::string> words, const block::NbdOptions& options)
      : options_(options) {
    resizable = tellsHoles = false;
    words.insert(words.begin(), pathOf(program));
    if (words[0].empty()) {
      missing_ = program + " is not installed";
      return;
    }
    const std::string image = folder_.file("blocks.img"), socket = folder_.file("socket");
    const net::UniqueFd file(::open(image.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    EXPECT_EQ(::ftruncate(file.get(), static_cast<off_t>(kDeviceSize)), 0);
    for (std::string& word : words) {
      for (const auto& [name, value] : {std::pair{"IMAGE", image}, std::pair{"SOCKET", socket}}) {
        if (const std::size_t at = word.find(name); at != std::string::npos)
          word.replace(at, 5 + (*name == 'S'), value);
      }
    }
    server_ = std::make_unique<Server>(std::move(words), folder_.file("log"));
    target_.socketPath = socket;
    options_.depth = 16;
    options_.times.firstPause = options_.times.longestPause = std::chrono::milliseconds(2);  // until it listens
  }
  ~NbdRig() override { close(); }

  [[nodiscard]] std::string missing() const override { return missing_; }
  scsi::BlockDevice* open(const OpenAs& as) override {
    close();
    block::NbdOptions options = options_;
    options.readOnly = as.readOnly;
    const auto opening = block::openNbd(loop_, target_, options, *this);
    const auto deadline = base::MonotonicClock::now() + std::chrono::seconds(30);
    for (;;) {
      auto device = opening->take();
      if (device) {
        device_ = std::move(device).value();
        return device_.get();
      }
      if (base::MonotonicClock::now() > deadline) {
        ADD_FAILURE() << device.error().text;
        return nullptr;
      }
      if (server_->hasEnded()) {
        ADD_FAILURE() << "the server ended: " << std::ifstream(folder_.file("log")).rdbuf();
        return nullptr;
      }
      turn();
    }
  }
  void close() override { device_.reset(); }
  block::Device* administered() override { return device_.get(); }
  void turn() override { loop_.runTurn(std::chrono::milliseconds(1)); }

 private:
  void onOpeningChanged() override {}

  std::string missing_;
  support::ScratchFolder folder_;
  std::unique_ptr<Server> server_;
  net::Loop loop_;
  block::NbdTarget target_;
  block::NbdOptions options_;
  std::unique_ptr<block::Device> device_;
};

}  // namespace

std::vector<DeviceKind> nbdKinds() {
  std::vector<DeviceKind> kinds;
  const auto add = [&](const char* name, std::uint32_t blockSize, const char* program, std::vector<std::string> words,
                       bool writeThrough = false) {
    kinds.push_back({name, blockSize, [=] {
                       block::NbdOptions options;
                       options.writeThrough = writeThrough;
                       return std::make_unique<NbdRig>(program, words, options);
                     }});
  };
  const std::vector<std::string> qemu = {"-t", "-e", "0", "-f", "raw", "--discard=unmap", "-k", "SOCKET", "IMAGE"};
  add("NbdQemu512", 512, "qemu-nbd", qemu);
  add("NbdQemuWriteThrough512", 512, "qemu-nbd", qemu, true);
  add("NbdQemu4096", 4096, "qemu-nbd",
      {"-t", "-e", "0", "-k", "SOCKET", "--image-opts",
       "driver=blkdebug,align=4096,image.driver=file,image.filename=IMAGE"});
  // The server's side of this project.
  add("NbdOwn512", 512, "san-agent", {"disk", "--store", "file:IMAGE", "--socket", "SOCKET"});
  add("NbdOwn4096", 4096, "san-agent", {"disk", "--store", "file:IMAGE,block=4096", "--socket", "SOCKET"});
  // Simple replies; in memory, which lasts as long as the server.
  add("NbdSimpleReplies512", 512, "nbdkit",
      {"-f", "--no-sr", "-U", "SOCKET", "memory", "size=" + std::to_string(kDeviceSize)});
  // An old server: its handshake is not the fixed one, and it knows no zeroes.
  add("NbdOldServer512", 512, "nbdkit",
      {"-f", "--no-sr", "--mask-handshake=0", "-U", "SOCKET", "--filter=nozero", "memory",
       "size=" + std::to_string(kDeviceSize), "zeromode=none"});
  return kinds;
}

}  // namespace contract
