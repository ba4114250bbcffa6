#include "isns-server/api/router.h"

#include <algorithm>
#include <vector>

#include "isns-server/api/http_message.h"

namespace api {
namespace {

constexpr std::string_view kBase = "/api/v1";

std::vector<std::string_view> segmentsOf(std::string_view path) {
  std::vector<std::string_view> all;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const std::size_t end = std::min(path.find('/'), path.size());
    all.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return all;
}

bool isName(std::string_view segment) { return segment.size() > 2 && segment.front() == '{' && segment.back() == '}'; }

// How many {names} the row has where it fits; nothing where it does not.
std::optional<std::size_t> fits(const std::vector<std::string_view>& row, const std::vector<std::string_view>& path) {
  if (row.size() != path.size()) return std::nullopt;
  std::size_t names = 0;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (isName(row[i])) {
      if (path[i].empty()) return std::nullopt;
      ++names;
    } else if (row[i] != path[i]) {
      return std::nullopt;
    }
  }
  return names;
}

}  // namespace

Routed route(std::string_view method, std::string_view path) {
  Routed routed;
  if (!path.starts_with(kBase) || !path.substr(kBase.size()).starts_with('/')) return routed;
  const auto segments = segmentsOf(path.substr(kBase.size()));
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  // Of the rows that fit, those with the fewest names are meant, whatever their method.
  std::size_t fewest = segments.size() + 1;
  for (const mgmt::RouteRow& row : mgmt::kRoutes) {
    if (const auto names = fits(segmentsOf(row.path), segments)) fewest = std::min(fewest, *names);
  }
  for (const mgmt::RouteRow& row : mgmt::kRoutes) {
    const auto parts = segmentsOf(row.path);
    if (fits(parts, segments) != std::optional(fewest)) continue;
    if (row.method != wanted) {
      routed.what = Routed::What::OtherMethod;
      routed.allowed.append(routed.allowed.empty() ? "" : ", ").append(row.method);
      continue;
    }
    routed.what = Routed::What::Found;
    routed.route = row.route;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (isName(parts[i])) routed.segments.emplace(parts[i].substr(1, parts[i].size() - 2), percentDecoded(segments[i]));
    }
    return routed;
  }
  return routed;
}

}  // namespace api
