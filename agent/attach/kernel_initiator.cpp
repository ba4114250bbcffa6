#include "agent/attach/kernel_initiator.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "agent/attach/first_line.h"
#include "agent/attach/run_program.h"
#include "shared/base/secret_json.h"
#include "shared/net/os_error.h"
#include "shared/net/unique_fd.h"

namespace attach {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr base::Duration kProgramTime = seconds(30);
constexpr base::Duration kDeviceTime = seconds(10);
constexpr milliseconds kLookAgain{20};

base::Status note(const fs::path& path, std::string_view text) {
  std::ofstream file(path);
  file << text;
  file.close();
  if (!file) return net::osFailure("cannot write " + path.string());
  return {};
}

// "10.0.0.1:3260,1" as the record's folder is called: "10.0.0.1,3260,1".
std::string recordFolder(std::string_view portal) {
  const std::size_t colon = portal.rfind(':');
  std::string address(portal.substr(0, colon));
  std::erase_if(address, [](char c) { return c == '[' || c == ']'; });
  return address + "," + std::string(portal.substr(colon + 1));
}

base::Status goodPortal(std::string_view portal) {
  const bool good =
      portal.size() <= 64 && portal.find(':') != std::string_view::npos && std::ranges::all_of(portal, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
               std::string_view(".:[],").find(c) != std::string_view::npos;
      });
  if (!good) return base::fail("a portal is ADDRESS:PORT,TAG");
  return {};
}

// A secret must not end a line of the record.
base::Status goodWord(std::string_view word) {
  const bool good = std::ranges::all_of(word, [](char c) { return c >= 0x20 && c < 0x7f; });
  if (!good) return base::fail("open-iscsi takes names and secrets of CHAP in printable ASCII alone");
  return {};
}

base::Status replace(const fs::path& path, std::string& text) {
  const fs::path fresh = path.string() + ".sanctum-new";
  const net::UniqueFd fd(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!fd || ::write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    return net::osFailure("cannot write " + fresh.string());
  }
  std::error_code error;
  fs::rename(fresh, path, error);
  if (error) return base::fail("cannot replace " + path.string() + ": " + error.message());
  return {};
}

}  // namespace

std::string KernelInitiator::whyNot() const {
  for (const char* program : {"iscsiadm", "iscsid"}) {
    if (!programExists(program)) return std::string("there is no program ") + program;
  }
  const std::string transport = folders_.sys + "/class/iscsi_transport/tcp";
  if (::access(transport.c_str(), F_OK) != 0 && programExists("modprobe")) {
    (void)runProgram({"modprobe", "iscsi_tcp"}, kProgramTime);
  }
  if (::access(transport.c_str(), F_OK) != 0) return "the kernel has no iSCSI initiator";
  // Asks iscsid, which systemd starts when it is asked.
  if (!runProgram({"iscsiadm", "-m", "iface", "-o", "show"}, kProgramTime)) return "iscsid does not run";
  return {};
}

// ---- records

std::string KernelInitiator::recordWith(std::string_view record, const KernelLogin& login) {
  static constexpr std::string_view kOurs[] = {"node.startup", "node.session.auth.",
                                               "node.session.timeo.replacement_timeout"};
  std::string text;
  std::size_t at = 0;
  const auto add = [&](std::string_view name, std::string_view value) {
    text.append(name).append(" = ").append(value).append("\n");
  };
  while (at < record.size()) {
    const std::size_t end = std::min(record.find('\n', at), record.size());
    const std::string_view line = record.substr(at, end - at);
    at = end + 1;
    if (line.starts_with("# END RECORD")) break;
    if (std::ranges::any_of(kOurs, [&](std::string_view own) { return line.starts_with(own); })) continue;
    text.append(line).append("\n");
  }
  add("node.startup", "manual");
  // As long as a disk's own process would let requests wait.
  add("node.session.timeo.replacement_timeout", "60");
  add("node.session.auth.authmethod", login.user.empty() ? "None" : "CHAP");
  if (!login.user.empty()) {
    add("node.session.auth.chap_algs", "SHA3-256,SHA256,SHA1,MD5");
    add("node.session.auth.username", login.user);
    add("node.session.auth.password", base::asText(login.secret.reveal()));
  }
  if (!login.targetUser.empty()) {
    add("node.session.auth.username_in", login.targetUser);
    add("node.session.auth.password_in", base::asText(login.targetSecret.reveal()));
  }
  text += "# END RECORD\n";
  return text;
}

base::Status KernelInitiator::prepareRecord(const KernelLogin& login, const std::string& portal) const {
  const std::string interface(kInterface);
  (void)runProgram({"iscsiadm", "-m", "iface", "-I", interface, "-o", "new"}, kProgramTime);  // it may be there
  for (const auto& [name, value] :
       {std::pair<std::string, std::string>{"iface.initiatorname", login.initiator}, {"iface.transport_name", "tcp"}}) {
    auto done =
        runProgram({"iscsiadm", "-m", "iface", "-I", interface, "-o", "update", "-n", name, "-v", value}, kProgramTime);
    if (!done) return base::fail(done.error());
  }
  auto made = runProgram({"iscsiadm", "-m", "node", "-T", login.target, "-p", portal, "-I", interface, "-o", "new"},
                         kProgramTime);
  if (!made) return base::fail(made.error());
  const fs::path path = fs::path(folders_.records) / login.target / recordFolder(portal) / interface;
  std::ifstream file(path);
  std::stringstream read;
  read << file.rdbuf();
  if (!file) return base::fail("iscsiadm has made no record " + path.string());
  std::string text = recordWith(read.str(), login);
  auto replaced = replace(path, text);
  base::wipeText(text);
  return replaced;
}

// ---- sessions

base::Status KernelInitiator::logIn(const KernelLogin& login) const {
  if (login.portals.empty()) return base::fail("the target has no portal");
  base::Status last;
  for (const std::string& portal : login.portals) {
    last = logIn(login, portal);
    if (last) return last;
  }
  return last;
}

base::Status KernelInitiator::logIn(const KernelLogin& login, const std::string& portal) const {
  if (auto good = goodPortal(portal); !good) return good;
  if (auto prepared = prepareRecord(login, portal); !prepared) return prepared;
  auto done =
      runProgram({"iscsiadm", "-m", "node", "-T", login.target, "-p", portal, "-I", std::string(kInterface), "--login"},
                 kProgramTime);
  if (!done && sessionOf(login.target).empty()) return base::fail(done.error());
  return {};
}

std::string KernelInitiator::sessionOf(std::string_view target) const {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folders_.sys + "/class/iscsi_session", error)) {
    if (firstLine(entry.path() / "targetname") == target && firstLine(entry.path() / "ifacename") == kInterface) {
      return entry.path().string();
    }
  }
  return {};
}

std::vector<std::string> KernelInitiator::devicesOf(std::string_view target) const {
  std::vector<std::string> all;
  const std::string session = sessionOf(target);
  if (session.empty()) return all;
  std::error_code error;
  for (const auto& bus : fs::directory_iterator(session + "/device", error)) {
    if (!bus.path().filename().string().starts_with("target")) continue;
    std::error_code gone;
    for (const auto& unit : fs::directory_iterator(bus.path(), gone)) {
      if (fs::exists(unit.path() / "block", gone)) all.push_back(unit.path().string());
    }
  }
  return all;
}

std::string KernelInitiator::deviceOf(std::string_view target, std::uint32_t lun) const {
  const std::string end = ":" + std::to_string(lun);  // HOST:CHANNEL:ID:LUN
  for (const std::string& unit : devicesOf(target)) {
    if (!unit.ends_with(end)) continue;
    std::error_code error;
    for (const auto& block : fs::directory_iterator(unit + "/block", error)) {
      return "/dev/" + block.path().filename().string();
    }
  }
  return {};
}

base::Result<std::string> KernelInitiator::attach(const KernelLogin& login, std::uint32_t lun) const {
  for (const std::string_view word : {std::string_view(login.user), base::asText(login.secret.reveal()),
                                      std::string_view(login.targetUser), base::asText(login.targetSecret.reveal())}) {
    if (auto good = goodWord(word); !good) return base::fail(good.error());
  }
  const bool there = !sessionOf(login.target).empty();
  if (!there) {
    if (auto in = logIn(login); !in) return base::fail(in.error());
  } else if (deviceOf(login.target, lun).empty()) {
    const std::string session = fs::path(sessionOf(login.target)).filename().string().substr(std::size("session") - 1);
    if (auto looked = runProgram({"iscsiadm", "-m", "session", "-r", session, "--rescan"}, kProgramTime); !looked) {
      return looked;
    }
  }
  const base::TimePoint until = base::MonotonicClock::now() + kDeviceTime;
  for (;;) {
    const std::string device = deviceOf(login.target, lun);
    struct stat status {};
    if (!device.empty() && ::stat(device.c_str(), &status) == 0) return device;
    if (base::MonotonicClock::now() > until) {
      return base::fail("the kernel has made no block device of LUN " + std::to_string(lun));
    }
    std::this_thread::sleep_for(kLookAgain);
  }
}

base::Status KernelInitiator::detach(const std::string& device, const std::string& target) const {
  const fs::path block = folders_.sys + "/block/" + fs::path(device).filename().string();
  if (fs::exists(block)) {
    if (auto done = note(block / "device" / "delete", "1"); !done) return done;
  }
  if (sessionOf(target).empty() || !devicesOf(target).empty()) return {};
  for (const char* what : {"--logout", "--op=delete"}) {
    auto done = runProgram({"iscsiadm", "-m", "node", "-T", target, "-I", std::string(kInterface), what}, kProgramTime);
    if (!done) return base::fail(done.error());
  }
  return {};
}

base::Status KernelInitiator::rescan(const std::string& device) const {
  return note(folders_.sys + "/block/" + fs::path(device).filename().string() + "/device/rescan", "1");
}

}  // namespace attach
