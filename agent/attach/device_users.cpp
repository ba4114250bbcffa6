#include "agent/attach/device_users.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "agent/attach/first_line.h"

namespace attach {
namespace {

namespace fs = std::filesystem;

std::string numbers(dev_t device) { return std::to_string(major(device)) + ":" + std::to_string(minor(device)); }

// A partition of a map of multipathd is a map, too, which kpartx makes by itself and multipath takes away.
bool isPartitionOfMap(const fs::path& holder) {
  const std::string uuid = firstLine(holder / "dm" / "uuid");
  return uuid.starts_with("part") && uuid.find("-mpath-") != std::string::npos;
}

// The device and its partitions, as "MAJOR:MINOR".
std::vector<std::string> allOf(dev_t device, const SystemFolders& folders) {
  std::vector<std::string> all{numbers(device)};
  const std::string folder = folders.sys + "/dev/block/" + all.front();
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (fs::exists(entry.path() / "partition", error)) all.push_back(firstLine(entry.path() / "dev"));
  }
  for (const auto& entry : fs::directory_iterator(folder + "/holders", error)) {
    if (isPartitionOfMap(entry.path())) all.push_back(firstLine(entry.path() / "dev"));
  }
  return all;
}

// Blanks and such stand as octal digits there (proc(5)).
std::string unescaped(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size()) {
      plain += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0'));
      i += 3;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

// proc(5), /proc/PID/mountinfo: id, parent, MAJOR:MINOR, root, mount point.
std::string mountOf(const std::vector<std::string>& devices, const SystemFolders& folders) {
  std::ifstream file(folders.proc + "/self/mountinfo");
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string id, parent, device, root, point;
    words >> id >> parent >> device >> root >> point;
    if (std::ranges::find(devices, device) != devices.end()) return unescaped(point);
  }
  return {};
}

bool isSwap(const std::vector<std::string>& devices, const SystemFolders& folders) {
  std::ifstream file(folders.proc + "/swaps");
  std::string line;
  std::getline(file, line);  // titles
  while (std::getline(file, line)) {
    struct stat status {};
    const std::string path = unescaped(line.substr(0, line.find(' ')));
    if (::stat(path.c_str(), &status) != 0 || !S_ISBLK(status.st_mode)) continue;
    if (std::ranges::find(devices, numbers(status.st_rdev)) != devices.end()) return true;
  }
  return false;
}

std::string holderOf(const std::vector<std::string>& devices, const SystemFolders& folders) {
  for (const std::string& device : devices) {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folders.sys + "/dev/block/" + device + "/holders", error)) {
      if (!isPartitionOfMap(entry.path())) return entry.path().filename();
    }
  }
  return {};
}

std::string openerOf(const std::vector<std::string>& devices, const SystemFolders& folders) {
  const std::string self = std::to_string(::getpid());
  std::error_code error;
  for (const auto& process : fs::directory_iterator(folders.proc, error)) {
    const std::string pid = process.path().filename();
    if (pid == self || !std::ranges::all_of(pid, [](char c) { return c >= '0' && c <= '9'; })) continue;
    std::error_code gone;
    for (const auto& open : fs::directory_iterator(process.path() / "fd", gone)) {
      struct stat status {};
      if (::stat(open.path().c_str(), &status) != 0 || !S_ISBLK(status.st_mode)) continue;
      if (std::ranges::find(devices, numbers(status.st_rdev)) == devices.end()) continue;
      return pid + " (" + firstLine(process.path() / "comm") + ")";
    }
  }
  return {};
}

}  // namespace

std::string userOf(dev_t device, const SystemFolders& folders) {
  const std::vector<std::string> devices = allOf(device, folders);
  if (const std::string point = mountOf(devices, folders); !point.empty()) return "mounted at " + point;
  if (isSwap(devices, folders)) return "swap";
  if (const std::string holder = holderOf(devices, folders); !holder.empty()) return "part of " + holder;
  if (const std::string process = openerOf(devices, folders); !process.empty()) return "open in process " + process;
  return {};
}

}  // namespace attach
