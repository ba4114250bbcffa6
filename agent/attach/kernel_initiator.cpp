#include "agent/attach/kernel_initiator.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <thread>

#include "agent/attach/first_line.h"
#include "agent/attach/run_program.h"
#include "agent/block/remote_lun.h"
#include "shared/base/whole_number.h"
#include "shared/net/os_error.h"

namespace attach {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr base::Duration kProgramTime = seconds(30);
constexpr base::Duration kDeviceTime = seconds(10);
// Of attach(), well below the 30 s for which the agent waits (ControlLink::kPatience).
constexpr base::Duration kCallTime = seconds(22);
constexpr base::Duration kLeastTime = seconds(1);
constexpr base::Duration kFailedKept = std::chrono::hours(1);
constexpr milliseconds kLookAgain{20};
constexpr milliseconds kClaimAgain{250};
constexpr std::string_view kSessionWord = "session";  // before its number

base::Status note(const fs::path& path, std::string_view text) {
  std::ofstream file(path);
  file << text;
  file.close();
  if (!file) return net::osFailure("cannot write " + path.string());
  return {};
}

}  // namespace

std::string KernelInitiator::whyNot() const {
  for (const char* program : {"iscsiadm", "iscsid"}) {
    if (!programExists(folders_.program(program))) return std::string("there is no program ") + program;
  }
  const std::string transport = folders_.sys + "/class/iscsi_transport/tcp";
  if (::access(transport.c_str(), F_OK) != 0 && programExists("modprobe")) {
    (void)runProgram({"modprobe", "iscsi_tcp"}, kProgramTime);
  }
  if (::access(transport.c_str(), F_OK) != 0) return "the kernel has no iSCSI initiator";
  // Asks iscsid, which systemd starts when it is asked.
  if (!runProgram({folders_.program("iscsiadm"), "-m", "iface", "-o", "show"}, kProgramTime)) {
    return "iscsid does not run";
  }
  return {};
}

std::string KernelInitiator::manner() const {
  return multipath_.runs() ? "all portals of a target, by multipathd"
                           : "one portal of a target, as multipathd does not run";
}

// ---- records

base::Status KernelInitiator::prepareRecord(const KernelLogin& login, const std::string& portal) const {
  const std::string interface(kInterface);
  const std::string iscsiadm = folders_.program("iscsiadm");
  (void)runProgram({iscsiadm, "-m", "iface", "-I", interface, "-o", "new"}, timeLeft());  // it may be there
  for (const auto& [name, value] :
       {std::pair<std::string, std::string>{"iface.initiatorname", login.initiator}, {"iface.transport_name", "tcp"}}) {
    auto done =
        runProgram({iscsiadm, "-m", "iface", "-I", interface, "-o", "update", "-n", name, "-v", value}, timeLeft());
    if (!done) return base::fail(done.error());
  }
  auto made =
      runProgram({iscsiadm, "-m", "node", "-T", login.target, "-p", portal, "-I", interface, "-o", "new"}, timeLeft());
  if (!made) return base::fail(made.error());
  const fs::path path = fs::path(folders_.records) / login.target / recordFolder(portal) / interface;
  return putLogin(path, login);
}

// ---- sessions

// At the first portal that lets this host in, or at each; good where there is a session then.
base::Status KernelInitiator::logIn(const KernelLogin& login, bool everyPortal) {
  if (login.portals.empty()) return base::fail("the target has no portal");
  for (const std::string& portal : login.portals) {
    if (auto good = goodPortal(portal); !good) return good;
  }
  bool in = !sessionsOf(login.target).empty();
  base::Status last;
  const base::TimePoint now = base::MonotonicClock::now();
  std::erase_if(failed_, [&](const auto& one) { return now - one.second >= kFailedKept; });
  bool tried = false;
  for (const std::string& portal : inTurn(login)) {
    if (in && !everyPortal) break;
    const auto failed = failed_.find(placeOf(login, portal));
    const bool lately = failed != failed_.end() && now - failed->second < folders_.portalPause;
    if (hasSession(login.target, portal) || (in && lately)) continue;
    if (std::exchange(tried, true) && base::MonotonicClock::now() - now >= folders_.loginTime) break;
    last = logIn(login, portal);
    if (last) {
      failed_.erase(placeOf(login, portal));
    } else {
      failed_.insert_or_assign(placeOf(login, portal), base::MonotonicClock::now());
    }
    in = in || last;
  }
  return in ? base::Status() : last;
}

base::Duration KernelInitiator::timeLeft() const { return std::max(until_ - base::MonotonicClock::now(), kLeastTime); }

// Those that have not failed first, then those that failed longest ago.
std::vector<std::string> KernelInitiator::inTurn(const KernelLogin& login) const {
  std::vector<std::string> portals = login.portals;
  const auto failedAt = [&](const std::string& portal) {
    const auto failed = failed_.find(placeOf(login, portal));
    return failed == failed_.end() ? base::TimePoint::min() : failed->second;
  };
  std::stable_sort(portals.begin(), portals.end(),
                   [&](const std::string& a, const std::string& b) { return failedAt(a) < failedAt(b); });
  return portals;
}

base::Status KernelInitiator::logIn(const KernelLogin& login, const std::string& portal) const {
  if (auto prepared = prepareRecord(login, portal); !prepared) return prepared;
  auto done = runProgram({folders_.program("iscsiadm"), "-m", "node", "-T", login.target, "-p", portal, "-I",
                          std::string(kInterface), "--login"},
                         timeLeft());
  if (!done && !hasSession(login.target, portal)) return base::fail(done.error());
  return {};
}

// Sessions and records, also those of portals that let this host in no more.
base::Status KernelInitiator::logOut(const std::string& target) const {
  const auto ask = [&](const char* what) -> base::Status {
    auto done = runProgram(
        {folders_.program("iscsiadm"), "-m", "node", "-T", target, "-I", std::string(kInterface), what}, kProgramTime);
    if (!done) return base::fail(done.error());
    return {};
  };
  if (!sessionsOf(target).empty()) {
    if (auto out = ask("--logout"); !out) return out;
  }
  std::error_code error;
  for (const auto& portal : fs::directory_iterator(fs::path(folders_.records) / target, error)) {
    if (fs::exists(portal.path() / kInterface, error)) return ask("--op=delete");
  }
  return {};
}

std::vector<std::string> KernelInitiator::sessionsOf(std::string_view target) const {
  std::vector<std::string> all;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folders_.sys + "/class/iscsi_session", error)) {
    if (firstLine(entry.path() / "targetname") != target || firstLine(entry.path() / "ifacename") != kInterface)
      continue;
    all.push_back(entry.path().filename().string().substr(kSessionWord.size()));
  }
  // By number: the older ones first.
  std::ranges::sort(
      all, [](const std::string& a, const std::string& b) { return std::pair(a.size(), a) < std::pair(b.size(), b); });
  return all;
}

bool KernelInitiator::hasSession(std::string_view target, const std::string& portal) const {
  return std::ranges::any_of(sessionsOf(target), [&](const std::string& session) {
    const fs::path connection = folders_.sys + "/class/iscsi_connection/connection" + session + ":0";
    return recordFolder(portal).starts_with(firstLine(connection / "persistent_address") + "," +
                                            firstLine(connection / "persistent_port") + ",");
  });
}

// ---- devices

std::vector<KernelInitiator::Path> KernelInitiator::pathsOf(std::string_view target) const {
  std::vector<Path> all;
  for (const std::string& session : sessionsOf(target)) {
    const fs::path device = folders_.sys + "/class/iscsi_session/" + std::string(kSessionWord) + session + "/device";
    std::error_code error;
    for (const auto& bus : fs::directory_iterator(device, error)) {
      if (!bus.path().filename().string().starts_with("target")) continue;
      std::error_code gone;
      for (const auto& unit : fs::directory_iterator(bus.path(), gone)) {
        const std::string name = unit.path().filename();  // HOST:CHANNEL:ID:LUN
        const std::string digits = name.substr(name.rfind(':') + 1);
        const auto lun = base::wholeNumber<decltype(Path::lun)>(digits);
        if (!lun) continue;
        Path path{{}, session, *lun};
        for (const auto& block : fs::directory_iterator(unit.path() / "block", gone)) {
          path.block = block.path().filename();
          all.push_back(path);
        }
      }
    }
  }
  return all;
}

std::vector<std::string> KernelInitiator::blocksOf(std::string_view target, std::uint32_t lun) const {
  std::vector<std::string> all;
  for (const Path& path : pathsOf(target)) {
    if (path.lun == lun) all.push_back(path.block);
  }
  return all;
}

std::vector<std::string> KernelInitiator::devicesOf(std::string_view target, std::uint32_t lun) const {
  const std::vector<std::string> blocks = blocksOf(target, lun);
  std::vector<std::string> devices;
  const auto map = multipath_.over(blocks);
  if (map) devices.push_back(folders_.dev + "/" + map->block);
  for (const std::string& block : blocks) {
    const bool taken = map && std::ranges::find(map->slaves, block) != map->slaves.end();
    if (!taken) devices.push_back(folders_.dev + "/" + block);
  }
  return devices;
}

std::string KernelInitiator::deviceOf(std::string_view target, std::uint32_t lun) const {
  const auto devices = devicesOf(target, lun);
  return devices.empty() ? std::string() : devices.front();
}

base::Status KernelInitiator::tell(const std::vector<std::string>& blocks, const char* file,
                                   std::string_view word) const {
  base::Status all;
  for (const std::string& block : blocks) {
    auto done = note(fs::path(folders_.sys) / "block" / block / "device" / file, word);
    if (all) all = std::move(done);
  }
  return all;
}

std::vector<std::string> KernelInitiator::usedBlocksOf(std::string_view target, std::uint32_t lun) const {
  std::vector<std::string> blocks = blocksOf(target, lun);
  if (const auto map = multipath_.over(blocks)) {
    std::erase_if(blocks,
                  [&](const std::string& block) { return std::ranges::find(map->slaves, block) == map->slaves.end(); });
  } else if (blocks.size() > 1) {
    blocks.resize(1);
  }
  return blocks;
}

std::string KernelInitiator::stateOf(const std::string& block) const {
  return firstLine(fs::path(folders_.sys) / "block" / block / "device" / "state");
}

bool KernelInitiator::isSilent(const std::string& block) const {
  const std::string state = stateOf(block);
  return !state.empty() && state != "running";
}

std::string KernelInitiator::whyLost(std::string_view target, std::uint32_t lun, const std::string& unit) const {
  const std::vector<std::string> blocks = usedBlocksOf(target, lun);
  const auto offline = [&](const std::string& block) { return stateOf(block) == "offline"; };
  if (!blocks.empty() && std::ranges::all_of(blocks, offline)) {
    return "it is offline, as it is where another unit stood behind its LUN";
  }
  if (!unit.empty() && behind(target, lun, unit) == Behind::Another) return "behind its LUN is another unit now";
  return {};
}

KernelInitiator::Behind KernelInitiator::behind(std::string_view target, std::uint32_t lun,
                                                const std::string& unit) const {
  std::vector<std::string> blocks = usedBlocksOf(target, lun);
  const std::size_t silent = std::erase_if(blocks, [&](const std::string& block) { return isSilent(block); });
  (void)tell(blocks, "rescan", "1");  // asks the unit, and what it says is in vpd_pg83 then
  const bool another = std::ranges::any_of(blocks, [&](const std::string& block) {
    std::ifstream file(fs::path(folders_.sys) / "block" / block / "device" / "vpd_pg83", std::ios::binary);
    const std::string page((std::istreambuf_iterator<char>(file)), {});
    block::RemoteLunFacts facts;
    block::noteDesignators(facts, base::asBytes(page));
    // A serial number alone is in another page, which older kernels do not show.
    return !facts.designators.empty() && std::ranges::find(facts.designators, unit) == facts.designators.end();
  });
  if (another) return Behind::Another;
  return silent > 0 || blocks.empty() ? Behind::Unproven : Behind::Wanted;
}

base::Status KernelInitiator::setOffline(std::string_view target, std::uint32_t lun) const {
  return tell(blocksOf(target, lun), "state", "offline");
}

// Sessions look for units when they begin, and then when they are asked.
base::Status KernelInitiator::lookForUnits(std::string_view target, std::uint32_t lun) const {
  const std::vector<Path> paths = pathsOf(target);
  for (const std::string& session : sessionsOf(target)) {
    const auto shows = [&](const Path& path) { return path.session == session && path.lun == lun; };
    if (std::ranges::any_of(paths, shows)) continue;
    auto looked = runProgram({folders_.program("iscsiadm"), "-m", "session", "-r", session, "--rescan"}, timeLeft());
    if (!looked) return base::fail(looked.error());
  }
  return {};
}

base::Result<std::string> KernelInitiator::attach(const KernelLogin& login, std::uint32_t lun, const std::string& unit,
                                                  const std::string& noted) {
  for (const std::string_view word : {std::string_view(login.user), base::asText(login.secret.reveal()),
                                      std::string_view(login.targetUser), base::asText(login.targetSecret.reveal())}) {
    if (auto good = goodWord(word); !good) return base::fail(good.error());
  }
  until_ = base::MonotonicClock::now() + kCallTime;
  const bool mapped = multipath_.runs();
  const bool there = !sessionsOf(login.target).empty();
  if (auto in = logIn(login, mapped); !in) return base::fail(in.error());
  if (there) {
    if (auto looked = lookForUnits(login.target, lun); !looked) return base::fail(looked.error());
  }
  const base::TimePoint began = base::MonotonicClock::now();
  base::TimePoint seen = base::kNever;  // the first path
  base::TimePoint claim = began;
  for (;;) {
    const std::vector<std::string> blocks = blocksOf(login.target, lun);
    const base::TimePoint now = base::MonotonicClock::now();
    if (!blocks.empty()) seen = std::min(seen, now);
    // One that multipath.conf leaves out has no map.
    const bool whole = !mapped || multipath_.over(blocks) || (seen != base::kNever && now - seen > folders_.mapTime);
    if (!whole && !blocks.empty() && now >= claim) {
      (void)multipath_.claim(blocks.front(), timeLeft());  // fails until udev knows it
      claim = now + kClaimAgain;
    }
    const std::string device = deviceOf(login.target, lun);
    struct stat status {};
    if (whole && !device.empty() && ::stat(device.c_str(), &status) == 0) {
      const Behind found = unit.empty() ? Behind::Wanted : behind(login.target, lun, unit);
      if (found == Behind::Wanted || (found == Behind::Unproven && device == noted)) return device;
      return base::fail(
          "behind LUN " + std::to_string(lun) + " the kernel has " + device +
          (found == Behind::Another ? ", and it is another unit than " : ", and nobody can ask it whether it is ") +
          unit + ": what uses it has to let it go");
    }
    if (now - began > kDeviceTime || now > until_) {
      return base::fail("the kernel has made no block device of LUN " + std::to_string(lun));
    }
    std::this_thread::sleep_for(kLookAgain);
  }
}

base::Status KernelInitiator::detach(std::string_view target, std::uint32_t lun) const {
  const std::vector<std::string> blocks = blocksOf(target, lun);
  const auto isOurs = [&](const std::string& slave) { return std::ranges::find(blocks, slave) != blocks.end(); };
  // A map that has paths of others, too, goes on with those.
  if (const auto map = multipath_.over(blocks); map && std::ranges::all_of(map->slaves, isOurs)) {
    if (auto done = multipath_.flush(*map); !done) return done;
  }
  if (auto done = tell(blocks, "delete", "1"); !done) return done;
  if (std::ranges::any_of(pathsOf(target), [&](const Path& path) { return path.lun != lun; })) return {};
  return logOut(std::string(target));
}

base::Status KernelInitiator::rescan(std::string_view target, std::uint32_t lun) const {
  std::vector<std::string> blocks = blocksOf(target, lun);
  if (blocks.empty()) return base::fail("the kernel has no block device of LUN " + std::to_string(lun));
  std::string silent;
  std::erase_if(blocks, [&](const std::string& block) {
    if (!isSilent(block)) return false;
    silent += (silent.empty() ? "" : ", ") + block + " is " + stateOf(block);
    return true;
  });
  if (auto told = tell(blocks, "rescan", "1"); !told) return told;
  if (!silent.empty()) return base::fail("a path cannot be asked now: " + silent);
  return {};
}

base::Status KernelInitiator::resize(std::string_view target, std::uint32_t lun) const {
  const auto looked = rescan(target, lun);
  const auto map = multipath_.over(blocksOf(target, lun));
  if (!map) return looked;
  // No map becomes larger than one of its paths, and one that is silent has its old size.
  // Paths of others' sessions are among them.
  const auto silent = std::ranges::find_if(map->slaves, [&](const std::string& slave) { return isSilent(slave); });
  if (silent != map->slaves.end())
    return looked ? base::fail("a path cannot be asked now: " + *silent + " is " + stateOf(*silent)) : looked;
  if (auto grown = multipath_.resize(*map); !grown) return grown;
  // multipathd goes by one path, and calls it well where that one has the size of the map.
  const auto sizeOf = [&](const std::string& block) {
    return firstLine(fs::path(folders_.sys) / "block" / block / "size");
  };
  for (const std::string& slave : map->slaves) {
    if (sizeOf(slave) == sizeOf(map->block)) continue;
    return base::fail("the map " + map->name + " has not the size of its path " + slave);
  }
  return looked;
}

}  // namespace attach
