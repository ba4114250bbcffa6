// The bytes of a connection to the management API. First byte: how large a body may be, in steps of 16 bytes.
//
// Rules: however the bytes are cut, the same requests come out and the same is refused; a body is never larger than was
// admitted, nor its memory than twice that; path and parameters are UTF-8 when decoded; a header's name is in lower case,
// and no value holds the end of a line; nothing is taken while it waits or after it was refused.
#include <algorithm>
#include <string>
#include <vector>

#include "isns-server/api/http_reader.h"
#include "shared/base/utf8.h"
#include "tests/fuzz/fuzz_target.h"

namespace {

using api::HttpReader;

void checkRequest(const api::HttpRequest& request) {
  fuzz::check(!request.method.empty(), "a request has a method");
  fuzz::check(request.path.starts_with('/') || request.path == "*", "and a path");
  fuzz::check(base::isUtf8(api::percentDecoded(request.path)), "which is UTF-8");
  for (const auto& [name, value] : request.query) fuzz::check(base::isUtf8(name) && base::isUtf8(value), "as parameters are");
  std::size_t lengths = 0;
  for (const auto& [name, value] : request.headers) {
    const bool lower = std::none_of(name.begin(), name.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    fuzz::check(!name.empty() && lower, "names of headers are in lower case");
    fuzz::check(value.find_first_of("\r\n") == std::string::npos, "a value is one line");
    if (name == "content-length" || name == "transfer-encoding") ++lengths;
  }
  fuzz::check(lengths <= 1, "one header says where the body ends");
}

std::vector<std::string> read(std::string_view wire, std::size_t maxBody, std::size_t portion) {
  HttpReader reader(1000);
  std::vector<std::string> seen;
  for (std::size_t at = 0; at < wire.size();) {
    const std::size_t used = reader.take(wire.substr(at, portion));
    fuzz::check(used <= std::min(portion, wire.size() - at), "it takes what it was given");
    at += used;
    if (reader.step() == HttpReader::Step::Judge) {
      checkRequest(reader.request());
      fuzz::check(reader.take(wire) == 0, "it waits for who judges");
      reader.admit(maxBody);
    }
    fuzz::check(reader.request().body.size() <= maxBody, "a body is as large as admitted");
    fuzz::check(reader.held() <= 2 * maxBody + 32, "and its memory, too");
    if (reader.step() == HttpReader::Step::Whole) {
      checkRequest(reader.request());
      seen.push_back(reader.request().method + ' ' + reader.request().path + ' ' + reader.request().body);
      reader.next();
    } else if (reader.step() == HttpReader::Step::Wrong) {
      fuzz::check(!reader.refusal().why.empty() && reader.take(wire) == 0, "what is refused is refused for good");
      seen.emplace_back(reader.refusal().why);
      break;
    } else {
      fuzz::check(used > 0, "it goes on");
    }
  }
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t maxBody = std::size_t{data[0]} * 16;
  const std::string_view wire(reinterpret_cast<const char*>(data + 1), size - 1);
  const auto whole = read(wire, maxBody, wire.size() + 1);
  fuzz::check(read(wire, maxBody, 1) == whole, "byte by byte the same");
  fuzz::check(read(wire, maxBody, 13) == whole, "and in portions");
  return 0;
}
