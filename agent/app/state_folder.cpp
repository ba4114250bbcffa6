#include "agent/app/state_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>

#include "agent/app/config_forms.h"
#include "shared/base/hex.h"
#include "shared/files/atomic_file.h"
#include "shared/net/os_error.h"

namespace agent {
namespace {

constexpr std::size_t kSeed = 32;  // bytes

base::Status makeFolder(const std::string& path) {
  constexpr mode_t kMode = 0700;
  if (::mkdir(path.c_str(), kMode) == 0 || errno == EEXIST) return {};
  return base::fail("cannot make the folder " + path + ": " + net::osErrorText(errno) +
                    "; make it, or name another one by state.folder");
}

}  // namespace

base::Result<StateFolder> StateFolder::open(const std::string& path, const iscsi::RandomSource& random) {
  if (auto made = makeFolder(path); !made) return base::fail(made.error());
  const std::string name = path + "/lock";
  net::UniqueFd lock(::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!lock) return base::fail("cannot open " + name + ": " + net::osErrorText(errno));
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    return base::fail("another agent uses the folder " + path + "; stop it, or name another folder by state.folder");
  }
  StateFolder folder(path, std::move(lock));
  if (auto made = makeFolder(folder.unitsPath()); !made) return base::fail(made.error());
  if (auto read = folder.readIdentity(random); !read) return base::fail(read.error());
  return folder;
}

base::Status StateFolder::readIdentity(const iscsi::RandomSource& random) {
  const std::string name = path_ + "/identity";
  const auto kept = files::readFile(name, 4 * kSeed);
  if (!kept) return base::fail(kept.error());
  if (*kept) {
    const std::string_view text = base::asText(**kept);
    identity_.seed = parseHex(text.substr(0, text.find('\n')));
    if (identity_.seed.size() == kSeed && text == base::hexText(identity_.seed) + "\n") return {};
    return base::fail(name +
                      " is damaged: units would get other serial numbers, and hosts take them for other disks. "
                      "Bring it back from a backup, or remove it and give serial and naa to each unit.");
  }
  identity_.seed.resize(kSeed);
  if (!random(identity_.seed)) return base::fail("the system gives no random bytes");
  return files::replaceFile(name, base::asBytes(base::hexText(identity_.seed) + "\n"));
}

}  // namespace agent
