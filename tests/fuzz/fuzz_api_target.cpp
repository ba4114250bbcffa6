// What a request to the management API is for: "METHOD PATH", as it stands in the first line of its head.
//
// Rules: a path has one row of the route table or none; HEAD is GET; where a row is found, its fixed segments are those
// of the path, and each {name} has the decoded text of its segment, never empty before decoding; where only the method is
// wrong, others are named; decoding makes nothing longer and is done once.
#include <string>
#include <vector>

#include "isns-server/api/http_message.h"
#include "isns-server/api/router.h"
#include "tests/fuzz/fuzz_target.h"

namespace {

std::vector<std::string_view> parts(std::string_view path) {
  std::vector<std::string_view> all;
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::size_t end = std::min(path.find('/'), path.size());
    all.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return all;
}

void checkFound(const api::Routed& routed, std::string_view path) {
  fuzz::check(path.starts_with("/api/v1/"), "it is of the API");
  const auto row = parts(mgmt::rowOf(routed.route).path);
  const auto given = parts(path.substr(std::string_view("/api/v1").size()));
  fuzz::check(row.size() == given.size(), "a row fits segment by segment");
  std::size_t names = 0;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (!row[i].starts_with('{')) {
      fuzz::check(row[i] == given[i], "fixed segments are the same");
      continue;
    }
    ++names;
    const auto name = routed.segments.find(row[i].substr(1, row[i].size() - 2));
    fuzz::check(name != routed.segments.end(), "each name has its segment");
    fuzz::check(!given[i].empty(), "which is not empty");
    fuzz::check(name->second == api::percentDecoded(given[i]), "decoded once");
  }
  fuzz::check(names == routed.segments.size(), "and there are no others");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const std::size_t blank = std::min(all.find(' '), all.size());
  const std::string_view method = all.substr(0, blank);
  const std::string_view path = all.substr(std::min(blank + 1, all.size()));
  fuzz::check(api::percentDecoded(path).size() <= path.size(), "decoding makes nothing longer");
  const api::Routed routed = api::route(method, path);
  switch (routed.what) {
    case api::Routed::What::Found:
      checkFound(routed, path);
      break;
    case api::Routed::What::OtherMethod:
      fuzz::check(!routed.allowed.empty(), "other methods are named");
      break;
    case api::Routed::What::NoPath:
      break;
  }
  if (method == "GET") {
    const api::Routed head = api::route("HEAD", path);
    fuzz::check(head.what == routed.what && head.route == routed.route, "HEAD is as GET");
  }
  return 0;
}
