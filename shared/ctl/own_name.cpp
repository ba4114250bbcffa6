#include "shared/ctl/own_name.h"

#include <algorithm>
#include <vector>

namespace ctl {
namespace {

// "host1.example.com" -> "iqn.2000-01.com.example:host1"; without a domain the name is local.
std::string nameFromHost(const std::string& host) {
  std::vector<std::string> labels;
  for (std::size_t at = 0; at <= host.size();) {
    const std::size_t end = std::min(host.find('.', at), host.size());
    if (end > at) labels.push_back(host.substr(at, end - at));
    at = end + 1;
  }
  if (labels.empty()) labels.emplace_back("localhost");
  std::string name = "iqn.2000-01";
  for (std::size_t i = labels.size(); i-- > 1;) name += "." + labels[i];
  if (labels.size() == 1) name += ".local";
  name += ":" + labels[0];
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    if (c == '_') return '-';
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return name;
}

}  // namespace

std::string initiatorName(std::string_view file, const std::string& host) {
  constexpr std::string_view kSetting = "InitiatorName=";
  for (std::size_t at = 0; at < file.size();) {
    const std::size_t end = std::min(file.find('\n', at), file.size());
    std::string_view line = file.substr(at, end - at);
    at = end + 1;
    if (!line.starts_with(kSetting)) continue;
    line.remove_prefix(kSetting.size());
    const std::size_t last = line.find_last_not_of(" \t\r");
    if (last != std::string_view::npos) return std::string(line.substr(0, last + 1));
  }
  return nameFromHost(host);
}

std::string initiatorName(const Context& context) {
  const auto file = context.readFile(std::string(kInitiatorNameFile));
  return initiatorName(file ? std::string_view(*file) : std::string_view(), context.hostName());
}

}  // namespace ctl
