#include "agent/attach/multipath.h"

#include <algorithm>
#include <filesystem>

#include "agent/attach/first_line.h"
#include "agent/attach/run_program.h"

namespace attach {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> namesIn(const fs::path& folder) {
  std::vector<std::string> all;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) all.push_back(entry.path().filename());
  std::ranges::sort(all);
  return all;
}

}  // namespace

bool Multipath::runs() const {
  const std::string pid = firstLine(folders_.run + "/multipathd.pid");
  return !pid.empty() && firstLine(folders_.proc + "/" + pid + "/comm") == "multipathd";
}

std::optional<MultipathMap> Multipath::over(const std::vector<std::string>& blocks) const {
  const fs::path all = folders_.sys + "/block";
  for (const std::string& block : blocks) {
    for (const std::string& holder : namesIn(all / block / "holders")) {
      if (!firstLine(all / holder / "dm" / "uuid").starts_with("mpath-")) continue;
      return MultipathMap{holder, firstLine(all / holder / "dm" / "name"), namesIn(all / holder / "slaves")};
    }
  }
  return std::nullopt;
}

base::Status Multipath::run(std::vector<std::string> words, base::Duration limit) const {
  words.front() = folders_.program(words.front());
  auto done = runProgram(words, limit);
  if (!done) return base::fail(done.error());
  return {};
}

base::Status Multipath::claim(const std::string& block, base::Duration limit) const {
  const std::string device = folders_.dev + "/" + block;
  if (auto named = run({"multipath", "-a", device}, limit); !named) return named;
  return run({"multipath", device}, limit);
}

base::Status Multipath::flush(const MultipathMap& map) const { return run({"multipath", "-f", map.name}); }

base::Status Multipath::resize(const MultipathMap& map) const { return run({"multipathd", "resize", "map", map.name}); }

}  // namespace attach
